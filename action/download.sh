#!/usr/bin/env bash
# Puts the released program into $RUNNER_TEMP/promocheck-program, and says whether there is one. What does not
# match its checksum is never run; where there is no release, the action builds the program from its own source.
set -euo pipefail

into=$RUNNER_TEMP/promocheck-program
rm -rf "$into"
mkdir -p "$into"

build() {
  echo "promocheck is built from source: $1"
  echo "found=false" >> "$GITHUB_OUTPUT"
  exit 0
}

stop() {
  echo "::error title=promocheck::$1"
  exit 3
}

[[ $VERSION =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || build "the action is not used by the tag of a release"
[ -n "$RELEASES" ] || build "the action comes from no repository"

case $(uname -s) in
  Linux) os=linux ;;
  Darwin) os=darwin ;;
  MINGW* | MSYS* | CYGWIN*) os=windows ;;
  *) build "there is no release for $(uname -s)" ;;
esac
case $(uname -m) in
  x86_64 | amd64) arch=amd64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *) build "there is no release for $(uname -m)" ;;
esac

archive=promocheck_${os}_$arch.tar.gz
download=$(mktemp -d "$RUNNER_TEMP/promocheck-download.XXXXXX")
trap 'rm -rf "$download"' EXIT
for file in checksums.txt "$archive"; do
  curl --fail --silent --show-error --location --retry 3 --output "$download/$file" "$RELEASES/$VERSION/$file" ||
    build "$VERSION could not be downloaded"
done

expected=$(awk -v name="$archive" '$2 == name { print $1 }' "$download/checksums.txt")
if command -v sha256sum > /dev/null; then
  actual=$(sha256sum < "$download/$archive")
else
  actual=$(shasum -a 256 < "$download/$archive")
fi
actual=${actual%% *}
[[ $expected =~ ^[0-9a-f]{64}$ && $actual = "$expected" ]] ||
  stop "$archive of $VERSION does not have the checksum that its release lists"

program=promocheck
[ "$os" != windows ] || program=promocheck.exe
tar -xzf "$download/$archive" -C "$into" "$program"
"$into/$program" --version
echo "found=true" >> "$GITHUB_OUTPUT"
