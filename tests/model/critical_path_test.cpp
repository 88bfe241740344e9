// Segments touch and sum to the wall time whatever the clocks say.
#include "model/critical_path.hpp"

#include "catch.hpp"
#include "model/random.hpp"

#include <algorithm>
#include <vector>

using namespace plimsoll::model;
using plimsoll::Task;

namespace {

constexpr std::int64_t s = 1'000'000;

[[nodiscard]] Task task(std::int64_t ready, std::int64_t started, std::int64_t completed) {
    return {.ready = ready * s, .started = started * s, .completed = completed * s};
}

void check_law(const CriticalPath& path) {
    std::int64_t at = path.from;
    for (const Segment& segment : path.segments) {
        REQUIRE(segment.from == at);
        REQUIRE(segment.to > segment.from);
        at = segment.to;
    }
    REQUIRE(at == path.to);
    const std::int64_t sum = path.total(SegmentKind::run) + path.total(SegmentKind::queue) +
                             path.total(SegmentKind::gate) + path.total(SegmentKind::pause);
    REQUIRE(sum == path.wall());
}

}  // namespace

TEST_CASE("a chain with a queue: build, then the slower of two tests, then deploy") {
    const std::vector<Task> tasks{
        task(0, 10, 70), task(71, 75, 200), task(71, 90, 150), task(201, 205, 300)};
    const CriticalPath path = critical_path(tasks, 0);
    check_law(path);
    CHECK(path.wall() == 300 * s);
    CHECK(path.total(SegmentKind::run) == (60 + 125 + 95) * s);
    CHECK(path.total(SegmentKind::queue) == (10 + 5 + 5) * s);
    CHECK(work_of(tasks) == (60 + 125 + 60 + 95) * s);
    REQUIRE(path.segments.size() == 6);
    CHECK(path.segments[3].task == 1U);
}

TEST_CASE("a night between two jobs is a gate, not a queue") {
    const std::vector<Task> tasks{task(0, 5, 100), task(60'000, 60'010, 60'100)};
    const CriticalPath path = critical_path(tasks, 0);
    check_law(path);
    CHECK(path.total(SegmentKind::gate) == (60'000 - 100) * s);
    CHECK(path.total(SegmentKind::queue) == 15 * s);
    CHECK(path.human() == (60'000 - 100) * s);
}

TEST_CASE("the wait before the first job is queue, however long: a busy lane") {
    const CriticalPath path = critical_path(std::vector<Task>{task(900, 905, 1000)}, 0);
    check_law(path);
    CHECK(path.total(SegmentKind::queue) == 905 * s);
    CHECK(path.total(SegmentKind::gate) == 0);
}

TEST_CASE("an approval counts from the moment it could be given") {
    std::vector<Task> tasks{task(0, 0, 60), task(60, 1'000, 1'001), task(1'001, 1'002, 1'100)};
    tasks[1].human = true;
    const CriticalPath path = critical_path(tasks, 0);
    check_law(path);
    CHECK(path.human() == (1'001 - 60) * s);
    CHECK(work_of(tasks) == (60 + 98) * s);
}

TEST_CASE("a pause within a task is the person's time, not the machine's") {
    std::vector<Task> tasks{task(0, 10, 110)};
    tasks[0].paused = 54 * s;
    const CriticalPath path = critical_path(tasks, 0);
    check_law(path);
    CHECK(path.total(SegmentKind::pause) == 54 * s);
    CHECK(path.total(SegmentKind::run) == 46 * s);
    CHECK(work_of(tasks) == 46 * s);
    tasks[0].paused = 1'000 * s;  // more than there is
    check_law(critical_path(tasks, 0));
    CHECK(work_of(tasks) == 0);
}

TEST_CASE("known needs decide, not the clock") {
    std::vector<Task> tasks{task(0, 0, 50), task(0, 0, 99), task(100, 100, 200)};
    tasks[2].needs_known = true;
    tasks[2].needs = {0, 77};  // 77 is damage
    const CriticalPath path = critical_path(tasks, 0);
    check_law(path);
    REQUIRE(path.segments.front().task == 0U);
    tasks[2].needs.clear();  // a root that waited
    CHECK(critical_path(tasks, 0).segments.front().kind == SegmentKind::queue);
}

TEST_CASE("no tasks, and tasks that need each other, end") {
    CHECK(critical_path({}, 5).wall() == 0);
    std::vector<Task> tasks{task(0, 0, 10), task(0, 0, 10)};
    tasks[0].needs_known = tasks[1].needs_known = true;
    tasks[0].needs = {1};
    tasks[1].needs = {0};
    check_law(critical_path(tasks, 0));
}

TEST_CASE("law: segments touch and sum to the wall time, for any clocks") {
    Random random{7};
    for (int round = 0; round < 3'000; ++round) {
        std::vector<Task> tasks(1 + random.below(12));
        for (Task& t : tasks) {
            t.started = static_cast<std::int64_t>(random.below(400)) * s;
            t.completed = t.started + static_cast<std::int64_t>(random.below(200)) * s;
            if (random.below(3) != 0) {
                t.ready = static_cast<std::int64_t>(random.below(500)) * s;  // also after the start
            }
            t.human = random.below(10) == 0;
            t.paused = random.below(6) == 0 ? static_cast<std::int64_t>(random.below(300)) * s : 0;
            t.needs_known = random.below(4) == 0;
            for (std::size_t n = random.below(3); n > 0; --n) {
                t.needs.push_back(random.below(tasks.size() + 1));
            }
        }
        const CriticalPath path =
            critical_path(tasks, static_cast<std::int64_t>(random.below(300)) * s);
        check_law(path);
        REQUIRE(path.to == std::ranges::max(tasks, {}, &Task::completed).completed);
        REQUIRE(work_of(tasks) >= 0);
    }
}
