<?php
/*
 * The database: PDO, one persistent connection a worker. Prepares are emulated, that is, PDO puts
 * the values into the text itself: a native prepare does not outlive the request, so it is made
 * anew each time. Users list: 1.0 ms of CPU of PHP and database, and 1.3 with native prepares.
 */
declare(strict_types=1);

function database(): PDO
{
	static $pdo = null;

	return $pdo ??= new PDO(settings()['database'], settings()['account'], settings()['password'], [
		PDO::ATTR_PERSISTENT => true,
		PDO::ATTR_EMULATE_PREPARES => settings()['emulate'],
		PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
		PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
		PDO::MYSQL_ATTR_INIT_COMMAND => "SET time_zone = '+00:00',
			tx_isolation = 'READ-COMMITTED', sql_mode = 'STRICT_TRANS_TABLES'",
	]);
}

function run(string $sql, array $values = []): PDOStatement
{
	$statement = database()->prepare($sql);

	foreach ($values as $at => $value) {
		$statement->bindValue($at + 1, $value, match (true) {
			is_int($value) => PDO::PARAM_INT,
			$value === null => PDO::PARAM_NULL,
			default => PDO::PARAM_STR,
		});
	}
	$statement->execute();
	return $statement;
}

/** Does all of $work or nothing; again where the database gave it up for another's sake. */
function transact(callable $work): mixed
{
	for ($tries = 1;; $tries++) {
		database()->beginTransaction();
		try {
			$result = $work();
			database()->commit();
			return $result;
		} catch (Throwable $fault) {
			database()->rollBack();
			$again = $fault instanceof PDOException && in_array($fault->errorInfo[1], [1205, 1213]);
			if (!$again || $tries === 3) {
				throw $fault;
			}
		}
	}
}
