# shellcheck shell=bash
# Shared by the scripts in this folder; sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  echo "error: $1" >&2
  exit 1
}

# need <VARIABLE> <what it is>
need() {
  [ -n "${!1:-}" ] || fail "$1 is not set. It must be $2."
}

# The stack must have a file; a name can come from a pipeline's parameters, so it is checked before it is used.
check_stack() {
  [[ "$1" =~ ^[a-z][a-z0-9-]*$ ]] && [ -f "Pulumi.$1.yaml" ] || fail "there is no stack \"$1\" (no file Pulumi.$1.yaml)."
}

profile_of() {
  sed -n 's/^ *moodle:profile: *"\{0,1\}\([a-z]*\)"\{0,1\} *$/\1/p' "Pulumi.$1.yaml"
}

region_of() {
  sed -n 's/^ *moodle:region: *\([a-z0-9-]*\) *$/\1/p' "Pulumi.$1.yaml"
}

# read_repository <repositoryUrl>: sets $registry, $repository and AWS_REGION.
read_repository() {
  [[ "$1" =~ ^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?/(.+)$ ]] ||
    fail "\"$1\" is no ECR repository: give the stack's output repositoryUrl."
  # shellcheck disable=SC2034 # read by the scripts that source this
  registry=${BASH_REMATCH[1]} repository=${BASH_REMATCH[4]}
  export AWS_REGION=${BASH_REMATCH[2]}
}

# scan_ended --repository-name ... --image-id ...: when the last scan ended, or None.
scan_ended() {
  aws ecr describe-image-scan-findings "$@" --max-items 1 --output text --query imageScanFindings.imageScanCompletedAt 2>/dev/null | head -1 || echo None
}

# findings_of --repository-name ... --image-id ...: ECR's number of findings by severity, as JSON, once a scan has ended. Five minutes at most.
# $scanned_before: what scan_ended said before a scan was asked for, whose findings are not wanted.
#
# The time at which it ended tells, and not the status alone. With enhanced scanning the status stays ACTIVE, for which "aws ecr wait"
# waits in vain (https://github.com/aws/aws-sdk/issues/288), or is COMPLETE before there is anything to read (issue 289).
findings_of() {
  local answer status ended counts
  for _ in $(seq 60); do
    if answer=$(aws ecr describe-image-scan-findings "$@" --output text \
      --query '[imageScanStatus.status, imageScanFindings.imageScanCompletedAt, to_string(imageScanFindings.findingSeverityCounts)]' 2>&1); then
      read -r status ended counts <<<"$answer"
      case "$status" in
      COMPLETE | ACTIVE) if [ "$ended" != None ] && [ "$ended" != "${scanned_before:-None}" ]; then echo "$counts" && return; fi ;;
      PENDING | IN_PROGRESS) ;;
      *) fail "ECR did not scan the image: its status is $status. Look at the repository's scan settings." ;;
      esac
    elif [[ "$answer" != *ScanNotFoundException* ]]; then
      fail "ECR does not give the findings: $answer"
    fi
    sleep 5
  done
  fail "ECR has not scanned the image within five minutes. Is scanning on push on for the repository?"
}

# The tag of an image that passed its checks: the tree of moodle-image/ that it is built from, and PHP's version.
source_tag() {
  local tree
  tree=$(git -c "safe.directory=$PWD" rev-parse HEAD:moodle-image)
  echo "source-$tree-php${PHP_VERSION:-8.4}"
}

# Sets $pulumi: $PULUMI where that is set, otherwise the CLI that is found or made, as for the make targets.
pulumi=${PULUMI:-}
find_pulumi() {
  need PULUMI_BACKEND_URL "the state's address, such as s3://our-pulumi-state?region=eu-west-2"
  if [ -n "$pulumi" ]; then return; fi
  make --no-print-directory cli
  export PATH="$PWD/node_modules/.bin:$PATH"
  pulumi=$(node --import tsx -e 'void require("./offline/cli/resolve").resolveCli().then((cli) => console.log(cli.command))' | tail -1)
  [ -x "$(dirname "$pulumi")/pulumi-language-nodejs" ] ||
    fail "$pulumi has no language host beside it: it was built, not downloaded. Let this machine reach https://get.pulumi.com, or install Pulumi."
  PATH="$(dirname "$pulumi"):$PATH"
}

# Judged as everywhere: the pack with the profile's configuration.
policy_arguments() {
  echo "--policy-pack policies --policy-pack-config policies/config/$(profile_of "$1").json"
}
