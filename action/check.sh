#!/usr/bin/env bash
# Works out what to compare, fetches what the checkout lacks of it, runs promocheck, and puts its verdict
# where GitHub shows it. The names of branches are whatever somebody called them.
set -euo pipefail

program=$RUNNER_TEMP/promocheck-program/promocheck
out=$(mktemp -d "$RUNNER_TEMP/promocheck.XXXXXX")

# stop reports why nothing was checked, and ends with the code for that.
stop() {
  local message
  message=$(printf '%s' "$1" | sed 's/%/%25/g' | tr -d '\r' | awk 'NR > 1 { printf "%%0A" } { printf "%s", $0 }')
  echo "::error title=promocheck could not check::$message"
  {
    echo '### promocheck could not check'
    echo
    printf '<pre>%s</pre>\n' "$(printf '%s' "$1" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g')"
  } >> "$GITHUB_STEP_SUMMARY"
  echo 'result=error' >> "$GITHUB_OUTPUT"
  exit "${2:-3}"
}

# base_and_head set what is compared: a ref that has just been fetched, or a commit's ID.
base_and_head() {
  base=$INPUT_BASE head=$INPUT_HEAD merge=true
  case $EVENT in
    pull_request | pull_request_review | pull_request_review_comment)
      base=${base:-$PULL_REQUEST_BASE}
      ;;
    pull_request_target) # what is checked out there is the base
      base=${base:-$PULL_REQUEST_BASE} head=${head:-$PULL_REQUEST_HEAD}
      ;;
    merge_group)
      base=${base:-$MERGE_GROUP_BASE}
      ;;
    push)
      # A branch that others go into is compared with what it was, and is what was pushed, by force or not. Any
      # other one is compared with the branch that it will go into.
      if [ -z "$base" ] && { [ "$BRANCH" = "$DEFAULT_BRANCH" ] || [ "$PROTECTED" = true ]; }; then
        base=$BEFORE merge=false
        if [[ $base =~ ^0+$ ]]; then
          base=$DEFAULT_BRANCH merge=true
          [ "$BRANCH" != "$DEFAULT_BRANCH" ] || nothing "This is the first push of the default branch."
        fi
      fi
      ;;
  esac
  base=${base:-$DEFAULT_BRANCH}
  [ -n "$base" ] || stop "It is not known what to compare with. Say so with the action's input \`base\`."
}

nothing() {
  echo "::notice title=promocheck::Nothing to compare. $1"
  echo 'result=none' >> "$GITHUB_OUTPUT"
  exit 0
}

# fetch leaves the checkout's credentials to Git, asks nobody for others, and runs no program of the repository's.
fetch() {
  GIT_TERMINAL_PROMPT=0 git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c gc.auto=0 \
    fetch --quiet --no-tags --no-recurse-submodules --no-write-fetch-head "$@"
}

is_commit() { [[ $1 =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]]; }

shallow() { [ "$(git rev-parse --is-shallow-repository)" = true ]; }

# wanted prints what fetch is to ask for.
wanted() {
  if is_commit "$1"; then
    printf '%s' "$1"
  else
    printf '+refs/heads/%s:refs/remotes/origin/%s' "$1" "$1"
  fi
}

# ref prints what promocheck is to be told.
ref() {
  if is_commit "$1"; then
    printf '%s' "$1"
  else
    printf 'refs/remotes/origin/%s' "$1"
  fi
}

# head prints the side that the change is on.
head() { if [ -n "$head" ]; then ref "$head"; else printf HEAD; fi; }

# have makes sure that the checkout has a side, and a branch as it is now.
have() {
  local limit=()
  is_commit "$1" || git check-ref-format "refs/heads/$1" || stop "\"$1\" is no branch's name."
  if is_commit "$1" && git cat-file -e "$1^{commit}" 2> /dev/null; then
    return
  fi
  if shallow; then
    limit=(--depth=1)
  fi
  fetch ${limit[@]+"${limit[@]}"} origin "$(wanted "$1")" 2> "$out/fetch" && return
  if ! is_commit "$1" && ! shallow && git rev-parse --quiet --verify "$(ref "$1")^{commit}" > /dev/null; then
    echo "promocheck compares with $(ref "$1") as the checkout has it: it could not be fetched again"
    return
  fi
  stop "$1 could not be fetched:
$(cat "$out/fetch")
The checkout must come before this step and keep its credentials, or have the whole history (fetch-depth: 0)."
}

# connect deepens a shallow checkout until no commit that only one side has is cut off from its parents. Then it
# is known where the two part, and what is new.
connect() {
  local depth=32 cut more
  more=("$(wanted "$base")" "$(wanted "${head:-$(git rev-parse HEAD)}")")
  while shallow; do
    git rev-list "$(ref "$base")...$(head)" > "$out/apart"
    cut=$(grep -xFf "$(git rev-parse --git-path shallow)" "$out/apart" || true)
    [ -n "$cut" ] || return 0
    if [ "$depth" -le 2048 ]; then
      fetch --deepen="$depth" origin "${more[@]}" 2> "$out/fetch" || stop "The history could not be fetched: $(cat "$out/fetch")"
      depth=$((depth * 4))
    else
      fetch --unshallow origin "${more[@]}" 2> "$out/fetch" || stop "The history could not be fetched: $(cat "$out/fetch")"
    fi
  done
}

# at_base prints the path of a file or directory as a commit has it that is no change's: none brings its own rules.
at_base() {
  local path=${1#./} to
  if [[ $path = /* || $path =~ ^[A-Za-z]:[\\/] ]]; then
    printf '%s' "$path"
    return
  fi
  to=$out/base/$path
  mkdir -p "$(dirname "$to")" || return
  case $(git cat-file -t "$2:$path" 2> /dev/null) in
    blob) git cat-file blob "$2:$path" > "$to" || return ;;
    tree) { mkdir -p "$to" && git archive --format=tar "$2:$path" | tar -xf - -C "$to"; } || return ;;
    *) return 1 ;;
  esac
  printf '%s' "$to"
}

# governing prints where a file or directory of the base is. The branch of an environment has no more than is deployed
# there, and what judges it is on the default branch.
governing() {
  at_base "$1" "$base_commit" && return
  [ -n "$DEFAULT_BRANCH" ] && [ "$base" != "$DEFAULT_BRANCH" ] || return
  have "$DEFAULT_BRANCH" >&2
  at_base "$1" "$(git rev-parse --verify "$(ref "$DEFAULT_BRANCH")^{commit}")"
}

# lines reads an input of one argument a line, without white space around, into the array "read".
lines() {
  read=()
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    [ -z "$line" ] || read+=("$line")
  done <<< "$1"
}

# count prints one of the report's sums. A string of JSON never begins a line.
count() { awk -v name="\"$1\":" '/^  "summary": \{/ { inside = 1 } inside && $1 == name { print $2 + 0; exit }' "$out/report.json"; }

git rev-parse --git-dir > /dev/null 2> "$out/problem" ||
  stop "There is no checkout to work on; actions/checkout must come before this step.
$(cat "$out/problem")"
base_and_head
have "$base"
[ -z "$head" ] || have "$head"
connect
base_commit=$(git rev-parse --verify "$(ref "$base")^{commit}")
if [ "$EVENT" = push ] && [ "$merge" = true ] && [ "$(git rev-parse "$(head)^{commit}")" = "$base_commit" ]; then
  nothing "$base has all of this already."
fi

arguments=(--base "$(ref "$base")" --fail-on "$INPUT_FAIL_ON")
[ -z "$head" ] || arguments+=(--head "$(ref "$head")")
[ "$merge" = true ] || arguments+=(--no-merge)
if [ -n "$INPUT_CONFIG" ]; then
  path=$(governing "$INPUT_CONFIG") || stop "The base has no $INPUT_CONFIG." 2
  arguments+=(--config "$path")
fi
lines "$INPUT_POLICY"
for directory in ${read[@]+"${read[@]}"}; do
  path=$(governing "$directory") || stop "The base has no $directory." 2
  arguments+=(--policy "$path")
done
lines "$INPUT_FORMAT"
for format in ${read[@]+"${read[@]}"}; do
  arguments+=(--format "$format")
done
arguments+=(
  --format "github=$out/log" --format "json=$out/report.json" --format "sarif=$out/report.sarif" --format "markdown=$out/summary.md"
)
lines "$INPUT_ARGUMENTS"
arguments+=(${read[@]+"${read[@]}"})

# bring fetches the branches that promocheck says the checkout lacks: the default branch, which says that environments have
# branches, and theirs.
others=()
bring() {
  local word words name brought=1
  IFS=' ' read -ra words <<< "$(sed -n 's/^  fetch it: git fetch origin //p' "$out/problem")"
  for word in ${words[@]+"${words[@]}"}; do
    name=${word#+refs/heads/}
    name=${name%%:*}
    if [ "$word" = "$(wanted "$name")" ]; then
      have "$name"
      others+=("$(wanted "$name")")
      brought=0
    fi
  done
  return "$brought"
}

# deployed has a push be compared with what the branch was, where promocheck says that the branch is an environment's own, or that
# it has nothing in common with the default branch, and no configuration either: what is pushed there is deployed as it is,
# whether the branch is protected or not.
deployed() {
  if [ "$EVENT" != push ] || [ "$merge" = false ] || [ -n "$INPUT_BASE" ]; then
    return 1
  fi
  if ! grep -q ', and what is pushed goes to ' "$out/problem" &&
    { ! grep -q ' have no common ancestor$' "$out/problem" || git cat-file -e HEAD:.promocheck.yaml 2> /dev/null; }; then
    return 1
  fi
  [[ ! $BEFORE =~ ^0+$ ]] || nothing "This is the first push of $BRANCH."
  base=$BEFORE merge=false
  have "$base"
  connect
  arguments[1]=$(ref "$base")
  arguments+=(--no-merge)
}

check() {
  local left=3
  while :; do
    status=0
    CI_DEFAULT_BRANCH=$DEFAULT_BRANCH "$program" "${arguments[@]}" 2> "$out/problem" || status=$?
    [ "$status" -gt 1 ] || return 0
    left=$((left - 1))
    if deployed; then
      continue
    fi
    if [ "$status" != 3 ] || [ "$left" = 0 ] || ! bring; then
      stop "$(cat "$out/problem")" "$status"
    fi
  done
}
check
# Only some changes need the past of the base branch, which can be long: promocheck says so.
if shallow && grep -q '^notice: the history of .*: the clone is shallow' "$out/log"; then
  fetch --unshallow origin "$(wanted "$base")" ${others[@]+"${others[@]}"} 2> "$out/fetch" || stop "The history could not be fetched: $(cat "$out/fetch")"
  check
fi
cat "$out/log"
cat "$out/summary.md" >> "$GITHUB_STEP_SUMMARY"
result=pass
[ "$status" = 0 ] || result=fail
{
  echo "result=$result"
  for severity in errors warnings notes; do
    echo "$severity=$(count "$severity")"
  done
  echo "report=$out/report.json"
  echo "sarif=$out/report.sarif"
} >> "$GITHUB_OUTPUT"
exit "$status"
