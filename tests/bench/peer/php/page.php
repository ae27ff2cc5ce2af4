<?php
/*
 * A page of a list: filters, order, and the rows after or before a cursor (no OFFSET, which reads
 * all that it leaves out). The total is counted up to 10,000 on the first page of a filter and goes
 * along in the cursor.
 */
declare(strict_types=1);

const COUNT_MAX = 10_000;

final class Page
{
	private array $where = [];
	private array $values = [];
	private string $sort = 'id';
	private bool $descends = true;
	private int $size = 50;
	private ?array $cursor = null;
	private bool $backward = false;
	private bool $more = false;

	/**
	 * @param array<string, string> $sorts column of each order
	 * @param array<string, callable> $filters each gives a condition and its values
	 */
	public function __construct(private readonly string $table, private readonly array $sorts,
		private readonly array $filters)
	{
		foreach ($_GET as $name => $value) {
			$this->take($name, (string)$value);
		}
	}

	private function take(string $name, string $value): void
	{
		switch ($name) {
		case 'sort':
			$this->descends = str_starts_with($value, '-');
			$this->sort = ltrim($value, '-');
			isset($this->sorts[$this->sort]) || refuse(400, 'malformed', ['sort' => 'sort.unknown']);
			break;
		case 'size':
			$this->size = (int)$value;
			$this->size >= 1 && $this->size <= 200 || refuse(400, 'malformed', ['size' => 'size.range']);
			break;
		case 'after':
		case 'before':
			$this->backward = $name === 'before';
			$this->cursor = json_decode(base64_decode(strtr($value, '-_', '+/')), true)
				?? refuse(400, 'malformed', [$name => 'cursor.unknown']);
			break;
		default:
			isset($this->filters[$name]) || refuse(400, 'malformed', [$name => 'unknown']);
			[$this->where[], $values] = $this->filters[$name]($value);
			array_push($this->values, ...$values);
		}
	}

	/** The condition that leaves the rows beyond the cursor. NULL stands before all values. */
	private function beyond(bool $descends): array
	{
		[$value, $id] = $this->cursor;
		$column = $this->sorts[$this->sort];
		$than = $descends ? '<' : '>';

		if ($this->sort === 'id') {
			return ["$column $than ?", [$id]];
		}
		if ($value === null) {
			return ["($column IS NULL AND {$this->sorts['id']} $than ?"
				. ($descends ? ')' : " OR $column IS NOT NULL)"), [$id]];
		}
		return ["($column $than ? OR ($column = ? AND {$this->sorts['id']} $than ?)"
			. ($descends && $this->sort === 'last_sign_in_at' ? " OR $column IS NULL)" : ')'),
			[$value, $value, $id]];
	}

	/** The rows of the page; the select ends where its WHERE would begin. */
	public function rows(string $select): array
	{
		$descends = $this->descends !== $this->backward;
		$where = $this->where;
		$values = $this->values;
		$way = $descends ? ' DESC' : '';
		$order = $this->sort === 'id' ? '' : ", {$this->sorts['id']}$way";

		if ($this->cursor !== null) {
			[$where[], $key] = $this->beyond($descends);
			array_push($values, ...$key);
		}
		$rows = run($select . ($where === [] ? '' : ' WHERE ' . implode(' AND ', $where))
			. " ORDER BY {$this->sorts[$this->sort]}$way$order LIMIT ?",
			[...$values, $this->size + 1])->fetchAll();
		$this->more = count($rows) > $this->size;
		$rows = array_slice($rows, 0, $this->size);
		return $this->backward ? array_reverse($rows) : $rows;
	}

	private function total(): int
	{
		return $this->cursor[2] ?? run("SELECT COUNT(*) FROM (SELECT 1 FROM $this->table"
			. ($this->where === [] ? '' : ' WHERE ' . implode(' AND ', $this->where))
			. ' LIMIT ?) counted', [...$this->values, COUNT_MAX + 1])->fetchColumn();
	}

	private function cursor(array $row, int $total): string
	{
		return rtrim(strtr(base64_encode(json([$row[$this->sort], $row['id'], $total])), '+/', '-_'),
			'=');
	}

	/** What is said of the page, of its rows as the database gave them. */
	public function around(array $rows): array
	{
		$total = $this->total();
		$known = $this->cursor !== null;
		$after = $rows !== [] && ($this->backward ? $known : $this->more);
		$before = $rows !== [] && ($this->backward ? $this->more : $known);

		return [
			'size' => $this->size,
			'next' => $after ? $this->cursor($rows[array_key_last($rows)], $total) : null,
			'prev' => $before ? $this->cursor($rows[0], $total) : null,
			'total' => min($total, COUNT_MAX),
			'total_exact' => $total <= COUNT_MAX,
		];
	}
}

/* The filters that lists have in common. */

function equals(string $column): callable
{
	return fn (string $value): array => ["$column = ?", [$value]];
}

function number(string $column): callable
{
	return fn (string $value): array => ["$column = ?", [(int)$value]];
}

function word(string $column, array $words): callable
{
	return function (string $value) use ($column, $words): array {
		$found = array_search($value, $words, true);

		return $found === false ? refuse(400, 'malformed') : ["$column = ?", [$found]];
	};
}

function contains(string $column): callable
{
	return fn (string $value): array => ["$column LIKE ?", ['%' . addcslashes($value, '%_\\') . '%']];
}

/** Of an address one knows how it begins: an index finds that. */
function begins(string $column): callable
{
	return fn (string $value): array => ["$column LIKE ?",
		[addcslashes(strtolower($value), '%_\\') . '%']];
}
