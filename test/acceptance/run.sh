#!/usr/bin/env bash
# Deploys an environment from nothing into the account of the given credentials, counts in
# it, compares the records with what was put there, and removes everything again:
#
#   test/acceptance/run.sh up      # bootstrap, deploy, fill, deploy, count, compare
#   test/acceptance/run.sh down    # destroy, whatever `up` has left
#
# It costs some cents for the hour or so that it takes. AWS_REGION says where; the region
# must have the RDS Data API. .github/workflows/acceptance.yml runs it.
set -euo pipefail
cd "$(dirname "$0")/../.."

: "${AWS_REGION:?write for example AWS_REGION=ap-northeast-2}"
account=$(aws sts get-caller-identity --query Account --output text)
logs="tally-acceptance-$account-$AWS_REGION"
files=$PWD/.cache/acceptance
here=$PWD/test/acceptance

# environment writes the environment's file. It names the account, so that nothing else
# is ever deployed to.
environment() {
	mkdir -p "$files/environments"
	cat > "$files/environments/acceptance.yaml" <<-YAML
		account: "$account"
		region: $AWS_REGION
		protect: false
		network: create
		databases: {shop: {create: aurora-postgresql}}
		buckets: {logs: $logs}
	YAML
	# The first deploy counts in the bucket only: the database has no table yet.
	sed '/- name: orders/,$d' "$here/jobs.yaml" > "$files/first.yaml"
}

# run calls make for the environment with a file of jobs.
run() { make "$1" ENV=acceptance "ENVIRONMENTS=$files/environments" "JOBS=$2" "${@:3}"; }

# output prints an output of a stack.
output() {
	aws cloudformation describe-stacks --stack-name "tally-acceptance-$1" \
		--query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue" --output text
}

# sql runs a statement in the created cluster. The first one wakes it.
sql() {
	for _ in 1 2 3 4 5 6; do
		aws rds-data execute-statement --resource-arn "$(output data ShopClusterArn)" \
			--secret-arn "$(output data ShopMasterSecretArn)" --database shop --sql "$1" && return
		sleep 15
	done
	return 1
}

# Rows and lines of one day, and the slot that counts it: of yesterday, which is surely past.
day=$(date -u -d '2 days ago' +%F)
slot=$(date -u -d yesterday +%FT01:00:00Z)

fill() {
	aws s3 mb "s3://$logs"
	printf '{"at":"%sT%s:00:00Z","kind":"%s"}\n' "$day" 00 new "$day" 12 returning "$day" 23 new |
		aws s3 cp - "s3://$logs/visits/${day//-//}/a.jsonl"
}

fill_cluster() {
	sql 'CREATE TABLE orders (id int PRIMARY KEY, status text, ordered_at timestamptz NOT NULL)' > /dev/null
	sql "INSERT INTO orders VALUES (1, 'paid', '${day}T00:00:00Z'), (2, 'paid', '${day}T23:59:59Z'),
		(3, 'refunded', '${day}T12:00:00Z'), (4, NULL, '${day}T12:00:00Z'), (5, 'paid', '${day}T00:00:00Z'::timestamptz - interval '1 second')" > /dev/null
}

# count sends the slot's event twice to a job's counter and compares what is stored once.
count() {
	local job=$1 counter=$2 want=$3 event got
	event="{\"job\":\"$job\",\"scheduledTime\":\"$slot\"}"
	for _ in 1 2; do
		aws lambda invoke --function-name "$counter" --cli-binary-format raw-in-base64-out --cli-read-timeout 900 \
			--payload "$event" "$files/answer.json" > "$files/invoked.json"
		jq -e 'has("FunctionError") | not' "$files/invoked.json" > /dev/null || { cat "$files/answer.json"; return 1; }
	done
	got=$(aws s3 cp "s3://$(output data ResultsBucket)/counts/date=${slot%%T*}/$job-$(date -u -d "$slot" +%Y%m%dT%H%MZ).rev1.jsonl" - |
		jq -r '"\(.case_name)=\(.count)"' | paste -sd ' ')
	test "$got" = "$want" || { echo "$job: stored is $got, want $want"; return 1; }
	echo "$job: $got"
}

up() {
	environment
	fill
	run bootstrap "$files/first.yaml"
	run deploy "$files/first.yaml" CI=1
	fill_cluster
	run deploy "$here/jobs.yaml" CI=1
	count visits tally-acceptance-counter 'new=2 returning=1 other=0 total=3'
	count orders tally-acceptance-vpc-counter 'paid=2 refunded=1 other=1 total=4'
	aws lambda invoke --function-name tally-acceptance-monitor --cli-binary-format raw-in-base64-out --cli-read-timeout 900 \
		--payload '{"sweep":true}' "$files/sweep.json" > /dev/null
	jq -e '.outcome == "swept" and .failed.total == 0' "$files/sweep.json"
	run diff "$here/jobs.yaml" # nothing is left to deploy
}

down() {
	environment
	run destroy "$here/jobs.yaml" EMPTY=yes CI=1
	aws s3 rb --force "s3://$logs"
}

case ${1:-} in
up) up ;;
down) down ;;
*) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
