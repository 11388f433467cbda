#!/bin/sh
# Makes sure that MySQL is there for the tests: the server that MYSQLD names, one on
# PATH, or on Debian one that is unpacked beside the system, once for every checkout
# (73 MB; nothing is installed, since its packages and MariaDB's exclude each other).
# Nothing is started. test/local/mysql.go looks in the same places.
set -eu

cache="${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/tally/mysql"
[ "$(id -u)" = 0 ] && cache=/var/cache/tally/mysql # where the server's user gets to

# is_mysql tells whether a program is MySQL's server: MariaDB's has the same name.
is_mysql() {
	version=$("$1" --no-defaults --version 2>/dev/null) && case $version in *MariaDB*) false ;; esac
}

# missing ends without MySQL: said where its tests may be skipped, an error on CI.
missing() {
	how="run test/mysql.sh on Debian, or name a server: MYSQLD=/path/to/mysqld make test"
	if [ "${CI:-}" = true ] || [ "${TALLY_REQUIRE_MYSQL:-}" = 1 ]; then
		echo "MySQL is missing ($1) and CI needs it; $how" >&2
		exit 1
	fi
	echo "== MySQL is missing ($1): its tests will be SKIPPED. To run them: $how"
	exit 0
}

if [ -n "${MYSQLD:-}" ]; then
	is_mysql "$MYSQLD" && exit 0
	echo "MYSQLD=$MYSQLD is no MySQL server; name the program mysqld of MySQL, or leave it out" >&2
	exit 1
fi
PATH="$PATH:/usr/sbin:/usr/local/sbin:/usr/local/mysql/bin:/opt/homebrew/opt/mysql/bin:/usr/local/opt/mysql/bin"
for program in $(command -v mysqld) "$cache/mysqld"; do
	is_mysql "$program" && exit 0
done

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
{ command -v apt-get && command -v dpkg-deb && [ -r "$keyring" ]; } >/dev/null || missing "this is not Debian"
mirror=$(sed -n 's/^URIs: *\(.*\/debian\)\/*$/\1/p; s/^deb .*\(http[^ ]*\/debian\)\/* .*/\1/p' \
	/etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)

[ -n "$mirror" ] || missing "apt has no Debian mirror"

echo "== Fetching MySQL for the tests into $cache (Debian's unstable suite, about half a minute)"
mkdir -p "$(dirname "$cache")"
new=$(mktemp -d "$cache.XXXXXX") # and then moved: a part of it is never taken for the whole
trap 'rm -rf "$new"' EXIT
chmod 755 "$new"
mkdir -p "$new/apt/lists/partial" "$new/apt/cache/archives/partial"
: >"$new/apt/status"
echo "deb [signed-by=$keyring] $mirror sid main" >"$new/apt/sources.list"
cat >"$new/apt/apt.conf" <<CONF
Dir::Etc::SourceList "$new/apt/sources.list"; Dir::Etc::SourceParts "/dev/null"; Dir::Etc::Preferences "/dev/null";
Dir::State::Lists "$new/apt/lists"; Dir::State::Status "$new/apt/status"; Dir::Cache "$new/apt/cache";
APT::Install-Recommends "false";
CONF
fetch() {
	export APT_CONFIG="$new/apt/apt.conf"
	apt-get update -qq && apt-get install -qq --download-only -y mysql-server-core >/dev/null &&
		for package in "$new"/apt/cache/archives/*.deb; do dpkg-deb -x "$package" "$new" || return; done
}
fetch || missing "it could not be fetched"
# What the server does not need: tools, Perl, and the packages themselves.
rm -rf "$new/apt" "$new"/usr/bin "$new"/usr/share/perl* "$new"/usr/share/doc "$new"/usr/lib/*/perl*

# Its libraries are newer than the system's, and come with their own loader.
loader=$(cd "$new" && find usr/lib -name 'ld-linux*' | head -n 1)
libraries=$(dirname "$loader")
cat >"$new/mysqld" <<RUN
#!/bin/sh
# MySQL's server with its own libraries. An option file is not read.
[ "\${1:-}" = --no-defaults ] && shift
exec "$cache/$loader" --library-path "$cache/$libraries:$cache/$libraries/mysql/private" "$cache/usr/sbin/mysqld" --no-defaults \\
	--basedir="$cache/usr" --lc-messages-dir="$cache/usr/share/mysql" --plugin-dir="$cache/usr/lib/mysql/plugin" "\$@"
RUN
chmod -R a+rX "$new"
chmod +x "$new/mysqld"
rm -rf "$cache"
mv "$new" "$cache"
is_mysql "$cache/mysqld" || missing "what was fetched does not run here"
