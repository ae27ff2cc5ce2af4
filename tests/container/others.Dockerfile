# What compose.yaml takes from others, of the same Debian: a MariaDB, and a mail server.
FROM docker.io/library/debian:13-slim
RUN apt-get update && \
	apt-get install -y --no-install-recommends mariadb-server python3-aiosmtpd && \
	rm -rf /var/lib/apt/lists/* /var/lib/mysql/* && \
	install -d -o mysql -g mysql /run/mysqld
COPY mariadb-of-others /usr/local/bin/
COPY healthcheck.sh /usr/local/bin/
CMD ["mariadb-of-others"]
