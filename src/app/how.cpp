// The scripts ask page by page and never in parallel: two writers to one file mix their lines.
// Nothing in them is run by plimsoll, which has no network.
#include "app/how.hpp"

#include "app/how_scripts.hpp"

#include <algorithm>
#include <array>

namespace plimsoll::app {
namespace {

// It takes the shell in the texts for C++ and breaks it.
// clang-format off
constexpr auto scripts = std::to_array<HowScript>({
    {"azure",
     R"sh(# Azure Pipelines: builds and their timelines. Needs: az with the azure-devops extension, az login; jq.
ORG=https://dev.azure.com/ORGANISATION PROJECT=PROJECT
az pipelines runs list --org "$ORG" --project "$PROJECT" --top 1000 --query-order FinishTimeDesc -o json > azure-runs.json
jq -r '.[].id' azure-runs.json | while read -r id; do
  az devops invoke --org "$ORG" --area build --resource timeline \
     --route-parameters project="$PROJECT" buildId="$id" -o json | jq -c --arg id "$id" '. + {buildId: $id}'
done > azure-timelines.ndjson
plimsoll audit azure-runs.json azure-timelines.ndjson PATH-OF-THE-REPOSITORY
)sh"},
    {"bitbucket",
     R"sh(# Bitbucket Pipelines: pipelines and their steps. Needs: curl, jq, an app password with pipelines:read.
AUTH=USER:APP-PASSWORD REPO=WORKSPACE/REPOSITORY
url="https://api.bitbucket.org/2.0/repositories/$REPO/pipelines/?pagelen=100&sort=-created_on"
while [ -n "$url" ]; do
  page=$(curl -sS -u "$AUTH" "$url"); printf '%s\n' "$page" >> bitbucket-pipelines.json
  url=$(printf '%s' "$page" | jq -r '.next // empty')
done
jq -r '.values[].uuid' bitbucket-pipelines.json | while read -r id; do
  curl -sS -g -u "$AUTH" "https://api.bitbucket.org/2.0/repositories/$REPO/pipelines/$id/steps/?pagelen=100" |
    jq -c --arg id "$id" '. + {pipeline_uuid: $id}'
done > bitbucket-steps.ndjson
plimsoll audit bitbucket-pipelines.json bitbucket-steps.ndjson PATH-OF-THE-REPOSITORY
)sh"},
    {"buildkite", R"sh(# Buildkite: builds with their jobs. Needs: curl, a token with read_builds.
TOKEN=... ORG=ORGANISATION PIPELINE=PIPELINE
for page in $(seq 1 50); do
  curl -sS -H "Authorization: Bearer $TOKEN" \
    "https://api.buildkite.com/v2/organizations/$ORG/pipelines/$PIPELINE/builds?per_page=100&include_retried_jobs=true&page=$page" |
    tee -a buildkite.json | grep -q '"id"' || break
done
plimsoll audit buildkite.json PATH-OF-THE-REPOSITORY
)sh"},
    {"circleci",
     R"sh(# CircleCI: pipelines, workflows and jobs (with their needs). Needs: curl, jq, a personal token. Kept 90 days.
TOKEN=... SLUG=gh/OWNER/REPOSITORY API=https://circleci.com/api/v2
get() { curl -sS -H "Circle-Token: $TOKEN" "$API/$1"; }
next=; while :; do
  page=$(get "project/$SLUG/pipeline?page-token=$next"); printf '%s\n' "$page" >> circleci-pipelines.json
  next=$(printf '%s' "$page" | jq -r '.next_page_token // empty'); [ -n "$next" ] || break
done
jq -r '.items[].id' circleci-pipelines.json | while read -r id; do get "pipeline/$id/workflow"; echo; done > circleci-workflows.json
jq -r '.items[].id' circleci-workflows.json | while read -r id; do
  get "workflow/$id/job" | jq -c --arg id "$id" '. + {workflow_id: $id}'
done > circleci-jobs.ndjson
plimsoll audit circleci-pipelines.json circleci-workflows.json circleci-jobs.ndjson PATH-OF-THE-REPOSITORY
)sh"},
    {"github",
     R"sh(# GitHub Actions: runs, jobs of every attempt, deployments. Needs: gh (any version), jq; gh auth login.
# A filtered query returns at most 1,000 runs: take windows of two weeks, or shorter where a window gives 1,000.
REPO=OWNER/REPOSITORY
for window in 2026-08-01..2026-08-14 2026-08-15..2026-08-31; do
  gh api --paginate -X GET "repos/$REPO/actions/runs" -f per_page=100 -f created="$window" \
     --jq '.workflow_runs[]' >> runs.ndjson
done
jq -r .id runs.ndjson | sort -u | while read -r id; do
  gh api --paginate "repos/$REPO/actions/runs/$id/jobs?filter=all&per_page=100" --jq '.jobs[]' >> jobs.ndjson
done
gh api --paginate "repos/$REPO/deployments?per_page=100" --jq '.[]' > deployments.ndjson
jq -r .id deployments.ndjson | while read -r id; do
  gh api --paginate "repos/$REPO/deployments/$id/statuses" --jq '.[]' >> statuses.ndjson
done
plimsoll audit runs.ndjson jobs.ndjson deployments.ndjson statuses.ndjson PATH-OF-THE-REPOSITORY
)sh"},
    {"gitlab",
     R"sh(# GitLab: pipelines, jobs with those retried, deployments. Needs: curl, jq, a token with read_api.
TOKEN=... HOST=https://gitlab.com PROJECT=GROUP%2FPROJECT SINCE=2026-08-01
get() { curl -sS -H "PRIVATE-TOKEN: $TOKEN" "$HOST/api/v4/projects/$PROJECT/$1"; }
pages() { page=1; while :; do out=$(get "$1&per_page=100&page=$page"); printf '%s\n' "$out"
  [ "$(printf '%s' "$out" | jq length)" = 100 ] || break; page=$((page + 1)); done; }
pages "pipelines?updated_after=$SINCE" | jq -r '.[].id' | while read -r id; do
  get "pipelines/$id"; echo
  pages "pipelines/$id/jobs?include_retried=true"; pages "pipelines/$id/bridges?x=1"
done > gitlab.json
pages "deployments?updated_after=$SINCE&order_by=updated_at" > gitlab-deployments.json
plimsoll audit gitlab.json gitlab-deployments.json PATH-OF-THE-REPOSITORY
)sh"},
    {"jenkins",
     R"sh(# Jenkins: builds, and the stages of pipeline jobs. Needs: curl, jq, an API token.
AUTH=USER:TOKEN HOST=https://jenkins.example.com JOB=job/NAME
tree='allBuilds[number,timestamp,duration,result,building,url,actions[_class,lastBuiltRevision[SHA1,branch[name]],causes[*]],changeSets[items[commitId]]]{0,500}'
curl -sSg -u "$AUTH" "$HOST/$JOB/api/json?tree=fullName,$tree" > jenkins-builds.json
jq -r '.allBuilds[].number' jenkins-builds.json | while read -r number; do
  curl -sS -u "$AUTH" "$HOST/$JOB/$number/wfapi/describe"; echo
done > jenkins-stages.ndjson
plimsoll audit jenkins-builds.json jenkins-stages.ndjson PATH-OF-THE-REPOSITORY
)sh"},
});
// clang-format on

[[nodiscard]] std::vector<HowScript> all_scripts() {
    std::vector<HowScript> out{scripts.begin(), scripts.end()};
    out.insert(out.end(), latency_scripts().begin(), latency_scripts().end());
    std::ranges::sort(out, {}, &HowScript::provider);
    return out;
}

}  // namespace

std::optional<std::string> how(std::string_view provider) {
    for (const HowScript& script : all_scripts()) {
        if (script.provider == provider) {
            return std::string{script.text};
        }
    }
    return std::nullopt;
}

std::vector<std::string_view> how_providers() {
    std::vector<std::string_view> out;
    for (const HowScript& script : all_scripts()) {
        out.push_back(script.provider);
    }
    return out;
}

}  // namespace plimsoll::app
