#include "app/ci_files.hpp"

#include "ci_templates.hpp"
#include "core/error.hpp"

namespace plimsoll::app {

CiFile ci_file(const std::string& platform) {
    if (platform == "github") {
        return {.path = ".github/workflows/plimsoll.yml",
                .content = std::string{embedded::github_workflow_yml},
                .next =
                    "set the version of the action, commit it, and let the first run on main write "
                    "the baseline"};
    }
    if (platform == "gitlab") {
        return {.path = ".gitlab/plimsoll.yml",
                .content = std::string{embedded::gitlab_ci_yml},
                .next = "add to .gitlab-ci.yml:  include: [{local: .gitlab/plimsoll.yml}]"};
    }
    throw Error{{.status = Status::usage,
                 .what = "no file is known for this platform",
                 .where = platform,
                 .why = "known are: github, gitlab",
                 .remedy = "plimsoll init github"}};
}

std::vector<std::string> ci_platforms() {
    return {"github", "gitlab"};
}

}  // namespace plimsoll::app
