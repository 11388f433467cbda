#!/bin/sh
# Makes sure that Chromium is there for the tests of the report. On Debian as root it
# installs it; elsewhere it says the one line to run.
set -eu

for name in chromium chromium-browser google-chrome; do
	if command -v "$name" >/dev/null; then
		exit 0
	fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "== Installing Chromium for the tests (apt-get install chromium)"
	apt-get update -qq
	export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes
	apt-get install -y -qq --no-install-recommends chromium fonts-noto-core fonts-noto-cjk >/dev/null
	exit 0
fi
install="sudo apt-get install -y --no-install-recommends chromium fonts-noto-core fonts-noto-cjk"
if [ "${CI:-}" = true ] || [ "${TALLY_REQUIRE_CHROMIUM:-}" = 1 ]; then
	echo "Chromium is missing and CI needs it; install it: $install" >&2
	exit 1
fi
echo "== Chromium is missing: its tests will be SKIPPED. To run them: $install"
