// What each sign means, in our own words: title, why patching does not fix it, what does, and what
// would show that we are wrong.
#pragma once

#include "core/verdict.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace plimsoll::verdict {

struct SignText {
    std::string_view title;
    std::string_view why_patching_fails;
    std::string_view re_architecture;
    std::string_view would_prove_wrong;
};

inline constexpr std::array<SignText, 5> sign_texts{{
    {.title = "p99 climbs though nothing changed",
     .why_patching_fails =
         "The code is the same; what grows is the data or the load behind it. An index or a "
         "larger pool buys the time until the next doubling, and then the same climb is back.",
     .re_architecture =
         "Give the read a model of its own (a narrow projection, a view kept up to date on "
         "write), so that its cost follows what the page shows and not all that was ever stored.",
     .would_prove_wrong =
         "p99 stays flat for four weeks while traffic and tables keep growing, or a change "
         "that was not in the list of deploys explains the rise."},
    {.title = "deploying takes longer than developing",
     .why_patching_fails =
         "More runners shorten the queue, not the work: one pipeline treats all modules as "
         "one unit, so a change to one pays for all of them.",
     .re_architecture =
         "Cut the unit of deployment along the module graph: build, test and deploy what a "
         "change can reach, and let it be rolled back alone.",
     .would_prove_wrong =
         "Most of the time from merge to production turns out to be people deciding: then it "
         "is a policy, not an architecture."},
    {.title = "one service down takes all down",
     .why_patching_fails =
         "A circuit breaker stops the fall, yet the feature stays down: the call is still "
         "on the path of the request.",
     .re_architecture =
         "Answer first and do the rest from a queue: what the user does not wait for must not "
         "be able to fail him. One pool of threads for each dependency that stays.",
     .would_prove_wrong =
         "Each dependency is stopped in turn in staging, and only its own features fail."},
    {.title = "features break features",
     .why_patching_fails =
         "More tests catch the breakages that are known. They do not see the shared table or "
         "the shared file through which the next one comes.",
     .re_architecture =
         "One module owns each table and each concept; the others ask it or listen to its "
         "events. Inside the monolith first.",
     .would_prove_wrong =
         "The joint changes turn out to be renames, formatting or generated files, or the "
         "folders are layers, which every feature crosses by design."},
    {.title = "the database is the bottleneck",
     .why_patching_fails =
         "A larger instance moves one mark on the scale and leaves pool, locks and write "
         "path where they are; the ladder of sizes ends.",
     .re_architecture =
         "Take off it what is not its work: reporting to a replica or a column store, search to "
         "an engine, jobs to a queue. Keep transactions where they are.",
     .would_prove_wrong =
         "At three times the load the share of request time in the database is still below "
         "one half."},
}};

[[nodiscard]] constexpr const SignText& text_of(Sign sign) noexcept {
    return sign_texts[static_cast<std::size_t>(sign)];
}

}  // namespace plimsoll::verdict
