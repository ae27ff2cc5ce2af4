"""What the server can say to the page, read where the server decides it: its tables of words, its
tables of fields and the keys in its code. Each is a message of the page's catalogues."""
import re

import tree

# A row: where the words stand, how one looks there, and the messages of the page for them. A source
# that is there and holds no word is a fault of this list: it would find nothing for ever.
SOURCES = [
    ("fcgi/rule/account.c", "status_words", "status."),
    ("fcgi/rule/account.c", "two_factor_words", "two_factor."),
    ("fcgi/store/job.c", "job_kind_words", "job.kind."),
    ("fcgi/store/job.c", "job_state_words", "job.state."),
    ("fcgi/store/outbox.c", "letter_kind_words", "mail.kind."),
    ("fcgi/store/outbox.c", "outbox_state_words", "mail.state."),
    ("fcgi/view/group.c", "result_words", "groups.did."),
    ("fcgi/view/group.c", "result_words", "groups.will."),
    ("fcgi/mail/queue.c", r'\[SMTP_\w+\] = "(\w+)"', "mail.reason."),
    ("fcgi/bin/mailer.c", r'\.reason = "(\w+)"', "mail.reason."),
    ("fcgi/rule/perm.def", r'^PERM\(\w+, "(\w+)"', "rights.category."),
    ("fcgi/rule/perm.def", r'^PERM\(\w+, "\w+", "(\w+)"\)', "rights.action."),
]

# Words that are for programs alone, or that the page never gets to see.
FOR_PROGRAMS = {
    "mail.kind.unknown",    # row 0: what a broken row of the database would be
    "problem.invalid",      # the page says what is wrong with each field
    "job.state.finished",  # the page says how many rows are done
    "job.state.running",   # the page shows a bar
}
NO_KEYS = {"audit.jsonl"}  # names of files

KEY = r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+"
ROOMS = ("fcgi/rule/", "fcgi/http/", "fcgi/auth/", "fcgi/act/", "fcgi/api/", "fcgi/cli/")
HTTP = "fcgi/http/"

# Keys that are put together of a field and what is wrong with it, or of the latter only.
JOINED = re.compile(r'(?:\b\w*wrong\([^;"]*"(\w+)"\)|"%s\.(\w+)")')
ALONE = re.compile(r'\b\w*(?:say|malformed|reply_field)\([^;"]*(?:"[^"]*", )?"(\w+)"\)')
CHECKS = ("fcgi/rule/field.c", "fcgi/http/input.c", "fcgi/http/cell.c")
CHECKS_OF = {"phone": "fcgi/rule/phone.c"}  # of one field, which has sentences of its own
FOUND = re.compile(r'(?:\breturn|[?:]) "([a-z_]+)"')
NAME = re.compile(r'\{ \.name = "(\w+)"')
ACTION = re.compile(rf'\b(?:\.|trail\.)?action = "({KEY})"')


class Server:
    """The messages that the server's words need, each with the place that says them."""

    def __init__(self, top):
        self.files = {path: tree.text(top, path)
                      for path in tree.paths(top, "fcgi", (".c", ".def"))}
        self.permissions = {f"{category}.{action}" for category, action in
                            re.findall(r'^PERM\(\w+, "(\w+)", "(\w+)"\)',
                                       self.files.get("fcgi/rule/perm.def", ""), re.M)}
        self.fields = {name for path, text in self.files.items()
                       if path.startswith(ROOMS + ("fcgi/store/",))
                       for name in NAME.findall(text)}
        self.wrongs = set()  # what can be wrong with a field, of those whose key is joined
        self.wrongs_of = {field: set(FOUND.findall(self.files.get(path, "")))
                          for field, path in CHECKS_OF.items()}
        for path, text in self.files.items():
            if path in CHECKS:
                self.wrongs |= set(FOUND.findall(text))
            if path.startswith(HTTP):
                self.wrongs |= {one or other for one, other in JOINED.findall(text)}
                self.wrongs |= set(ALONE.findall(text))

    def words(self, path, how):
        text = self.files.get(path, "")
        if how.endswith("_words"):
            table = re.search(rf"\b{how}\[\] = \{{(.*?)\}};", text, re.S)
            return re.findall(r'= "(\w+)"', table[1]) if table else []
        return re.findall(how, text, re.M)

    def enumerated(self):
        """(place, message) of the words of tables."""
        for path, how, prefix in SOURCES:
            yield from ((path, prefix + word) for word in self.words(path, how))
        yield from (("fcgi/rule/perm.def", f"rights.allows.{permission}")
                    for permission in sorted(self.permissions))
        for path, text in self.files.items():
            yield from ((path, f"mail.reason.{word}")
                        for word in re.findall(r'store_mail_cancel\w*\([^;]*?"(\w+)"', text))
            yield from ((path, f"audit.type.{word}")
                        for word in re.findall(r'\.target_type = (?:\w+ \? )?"(\w+)"', text))
            yield from ((path, f"problem.{word}") for word in
                        re.findall(r'^PROBLEM\(\w+, \d+, \w+, "(\w+)"', text, re.M))

    def wanted(self):
        """(place, ways to say it): one of these messages has to be there."""
        for path, message in self.enumerated():
            if message not in FOR_PROGRAMS:
                yield path, [message]
        for path, text in self.files.items():
            if path.startswith(ROOMS) and path.endswith(".c"):
                yield from ((path, ways) for ways in self.of_code(text))
        yield from ((HTTP, [f"error.any.{wrong}"]) for wrong in sorted(self.wrongs))
        yield from ((CHECKS_OF[field], [f"error.{field}.{wrong}"])
                    for field, wrongs in self.wrongs_of.items() for wrong in sorted(wrongs))

    def of_code(self, text):
        """Every dotted word in the code is an action of the audit trail, a permission, or what is
        wrong with a field."""
        actions = set(ACTION.findall(text))
        for key in set(re.findall(rf'"({KEY})"', text)) - NO_KEYS - self.permissions:
            yield [f"audit.action.{key}"] if key in actions else [
                f"error.{key}", f"audit.action.{key}"]

    def prefixes(self):
        """Those of the messages that tables of words need."""
        allows = {"rights.allows."} if self.permissions else set()
        return allows | {prefix for path, _, prefix in SOURCES if path in self.files}

    def blind(self):
        """Sources in which nothing is found."""
        for path, how, _ in SOURCES:
            if path in self.files and not self.words(path, how):
                yield f"{path}:1: no words are found by {how}: mend tests/lint/server.py"

    def says(self, key):
        """Whether the server can say an "error." message: its key without that word."""
        field, _, wrong = key.rpartition(".")
        joined = (wrong in self.wrongs and (field in self.fields or field == "any")
                  or wrong in self.wrongs_of.get(field, ()))
        return joined or any(f'"{key}"' in text for text in self.files.values())
