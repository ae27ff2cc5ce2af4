#!/bin/sh
# Of the image mariadb too.
exec mariadb -e 'SELECT 1'
