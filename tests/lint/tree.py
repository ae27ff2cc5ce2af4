"""The files of the tree that the lint scripts read, and how they report."""
import os
import re
import sys

# Not ours, or made by a build.
SKIPPED = {".git", "build", "node_modules", "var", "htdocs/vendor", "package-lock.json"}

LITERAL = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def root():
    """The tree to look at: the first argument, or the one that holds this file."""
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
    return os.path.normpath(sys.argv[1] if len(sys.argv) > 1 else here)


def paths(top, under="", suffixes=("",)):
    """Relative paths of the files below a folder whose names end in one of the suffixes."""
    found = []
    for folder, subfolders, files in os.walk(os.path.join(top, under)):
        place = os.path.relpath(folder, top)
        subfolders[:] = [name for name in subfolders
                         if name not in SKIPPED and os.path.join(place, name) not in SKIPPED
                         and name != "__pycache__"]
        found += [os.path.normpath(os.path.join(place, name)) for name in files
                  if name.endswith(suffixes) and name not in SKIPPED]
    return sorted(found)


def text(top, path):
    """What a file says; "" for a missing or a binary one."""
    try:
        with open(os.path.join(top, path), encoding="utf-8", newline="") as file:
            return file.read()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def bare(source):
    """C without comments and literals, with the same lines."""
    return LITERAL.sub(lambda match: "\n" * match[0].count("\n") or " ", source)


def finish(findings):
    """Prints the findings and ends the program: 1 when there are any."""
    print("\n".join(findings), end="\n" if findings else "")
    sys.exit(1 if findings else 0)
