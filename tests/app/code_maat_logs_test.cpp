// code-maat on several hundred random logs, beside an implementation of its definitions that shares
// nothing with ours: maps of names, every pair of every commit, fractions compared by multiplying
// out. The order of ties is Clojure's and tested in code_maat_test.cpp; here rows must be the same
// and in an order that the sort keys allow. The logs are simulated: both formats, empty commits,
// files named twice, moves, binaries, quoted names, consecutive heads of merges.
#include "app/compat_code_maat.hpp"
#include "catch.hpp"
#include "model/random.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

using namespace plimsoll;

namespace {

struct LogRow {
    std::string rev;
    std::string date;
    std::string author;
    std::string file;
    int added = 0;
    int deleted = 0;
};

struct Log {
    std::string text;
    std::vector<LogRow> rows;
};

const std::vector<std::string> files{"src/a/x.c",
                                     "src/a/y.c",
                                     "src/b/x.c",
                                     "src/{b => c}/old.c",
                                     "lib/one.c => src/one.c",
                                     "\"docs/\\303\\274n.md\"",
                                     "docs/\xC3\xBC"
                                     "ber, uns.md",
                                     "README",
                                     "img/logo.png",
                                     "a b/c d.txt"};

std::string day(std::uint64_t number) {
    const int month = static_cast<int>(number / 28 % 12) + 1;
    return std::to_string(2020 + number / 336) + (month < 10 ? "-0" : "-") + std::to_string(month) +
           (number % 28 < 9 ? "-0" : "-") + std::to_string(number % 28 + 1);
}

Log random_log(std::uint64_t seed) {
    model::Random random{seed};
    const bool legacy = random.below(2) == 0;
    const std::vector<std::string> people =
        random.below(8) == 0 ? std::vector<std::string>{"Ann"}
                             : std::vector<std::string>{"Ann", "Bob B.", "C\xC3\xA9line", "d--e"};
    Log log;
    std::uint64_t when = 700;
    for (std::uint64_t left = 1 + random.below(60); left != 0; --left) {
        when -= random.below(4);
        const std::string rev = "a" + std::to_string(1000 + left);
        const std::string author = people[random.below(people.size())];
        log.text +=
            legacy ? "[" + rev + "] " + author + " " + day(when) + " since 2019-01-01, a [fix]\n"
                   : "--" + rev + "--" + day(when) + "--" + author + "\n";
        const std::uint64_t kind = random.below(10);
        const std::uint64_t touched = kind == 0 ? 0 : 1 + random.below(kind == 1 ? 9 : 4);
        for (std::uint64_t i = 0; i < touched; ++i) {
            const std::string& file = files[random.below(files.size())];
            LogRow row{rev, day(when), author, file, 0, 0};
            if (file == "img/logo.png") {
                log.text += "-\t-\t" + file + "\n";
            } else {
                row.added = static_cast<int>(random.below(30));
                row.deleted = static_cast<int>(random.below(5));
                log.text += std::to_string(row.added) + "\t" + std::to_string(row.deleted) + "\t" +
                            file + "\n";
            }
            log.rows.push_back(row);
        }
        // A merge's head stands right before the next one; so may an empty commit's.
        log.text += touched == 0 && random.below(2) == 0 ? "" : "\n";
    }
    return log;
}

using Cells = std::vector<std::string>;

std::vector<Cells> parse(const std::string& csv) {
    std::vector<Cells> out;
    std::istringstream in{csv};
    for (std::string line; std::getline(in, line);) {
        Cells cells{""};
        bool quoted = false;
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
                cells.back() += line[i++];
            } else if (line[i] == '"') {
                quoted = !quoted;
            } else if (line[i] == ',' && !quoted) {
                cells.emplace_back();
            } else {
                cells.back() += line[i];
            }
        }
        out.push_back(cells);
    }
    return out;
}

class Runner {
public:
    explicit Runner(const std::string& text)
        : path_{(std::filesystem::temp_directory_path() / "plimsoll-code-maat-logs.txt").string()} {
        std::ofstream{path_, std::ios::binary} << text;
    }
    ~Runner() { std::filesystem::remove(path_); }
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;
    [[nodiscard]] std::vector<Cells> run(app::CodeMaatOptions options) const {
        const std::vector<std::string> paths{path_};
        std::vector<Cells> out = parse(app::compat_code_maat(paths, options, {}));
        REQUIRE_FALSE(out.empty());
        out.erase(out.begin());
        return out;
    }

private:
    std::string path_;
};

// The same rows, in any order; and ours in the order that `before` allows.
void same(std::vector<Cells> ours,
          std::vector<Cells> expected,
          const std::function<bool(const Cells&, const Cells&)>& before) {
    for (std::size_t i = 1; i < ours.size(); ++i) {
        CHECK_FALSE(before(ours[i], ours[i - 1]));
    }
    std::sort(ours.begin(), ours.end());
    std::sort(expected.begin(), expected.end());
    CHECK(ours == expected);
}

bool falls(const Cells& x, const Cells& y, std::size_t column) {
    return std::stod(x[column]) > std::stod(y[column]);
}

std::map<std::string, std::vector<const LogRow*>> by(const std::vector<LogRow>& rows,
                                                     std::string LogRow::*column) {
    std::map<std::string, std::vector<const LogRow*>> out;
    for (const LogRow& row : rows) {
        out[row.*column].push_back(&row);
    }
    return out;
}

std::string text(std::uint64_t number) {
    return std::to_string(number);
}

std::vector<Cells> coupling(const std::vector<LogRow>& rows, const app::CodeMaatOptions& options) {
    std::map<std::string, std::int64_t> revs;
    std::map<std::pair<std::string, std::string>, std::int64_t> shared;
    for (const auto& [rev, changes] : by(rows, &LogRow::rev)) {
        if (static_cast<std::int64_t>(changes.size()) > options.max_changeset_size) {
            continue;
        }
        std::set<std::string> names;
        for (const LogRow* row : changes) {
            names.insert(row->file);
        }
        for (const std::string& a : names) {
            ++revs[a];
            for (const std::string& b : names) {
                if (a < b) {
                    ++shared[{a, b}];
                }
            }
        }
    }
    std::vector<Cells> out;
    for (const auto& [pair, both] : shared) {
        const std::int64_t sum = revs[pair.first] + revs[pair.second];  // twice the average
        if (sum >= 2 * options.min_revs && both >= options.min_shared_revs &&
            200 * both >= options.min_coupling * sum && 200 * both / sum <= options.max_coupling) {
            out.push_back({pair.first,
                           pair.second,
                           std::to_string(200 * both / sum),
                           std::to_string((sum + 1) / 2)});
        }
    }
    return out;
}

std::vector<Cells> soc(const std::vector<LogRow>& rows, const app::CodeMaatOptions& options) {
    std::map<std::string, std::int64_t> sums;
    for (const auto& [rev, changes] : by(rows, &LogRow::rev)) {
        for (const LogRow* row : changes) {
            sums[row->file] += static_cast<std::int64_t>(changes.size()) - 1;
        }
    }
    std::vector<Cells> out;
    for (const auto& [file, sum] : sums) {
        if (sum > options.min_revs) {
            out.push_back({file, std::to_string(sum)});
        }
    }
    return out;
}

std::vector<Cells> churn(const std::vector<LogRow>& rows, std::string LogRow::*column) {
    std::vector<Cells> out;
    for (const auto& [name, changes] : by(rows, column)) {
        std::uint64_t added = 0;
        std::uint64_t deleted = 0;
        for (const LogRow* row : changes) {
            added += static_cast<std::uint64_t>(row->added);
            deleted += static_cast<std::uint64_t>(row->deleted);
        }
        out.push_back({name, text(added), text(deleted), text(changes.size())});
    }
    return out;
}

std::vector<Cells> effort(const std::vector<LogRow>& rows) {
    std::vector<Cells> out;
    for (const auto& [file, changes] : by(rows, &LogRow::file)) {
        std::map<std::string, std::uint64_t> mine;
        for (const LogRow* row : changes) {
            ++mine[row->author];
        }
        for (const auto& [author, count] : mine) {
            out.push_back({file, author, text(count), text(changes.size())});
        }
    }
    return out;
}

std::vector<Cells> communication(const std::vector<LogRow>& rows) {
    std::map<std::pair<std::string, std::string>, std::uint64_t> shared;
    for (const auto& [file, changes] : by(rows, &LogRow::file)) {
        std::set<std::string> who;
        for (const LogRow* row : changes) {
            who.insert(row->author);
        }
        for (const std::string& me : who) {
            for (const std::string& peer : who) {
                ++shared[{me, peer}];
            }
        }
    }
    std::vector<Cells> out;
    for (const auto& [pair, count] : shared) {
        if (pair.first != pair.second) {
            const std::uint64_t sum =
                shared[{pair.first, pair.first}] + shared[{pair.second, pair.second}];
            const std::uint64_t average = (sum + 1) / 2;
            out.push_back(
                {pair.first, pair.second, text(count), text(average), text(100 * count / average)});
        }
    }
    return out;
}

std::vector<LogRow> grouped(const std::vector<LogRow>& rows) {
    std::vector<LogRow> out;
    for (LogRow row : rows) {
        if (row.file.rfind("src/a/", 0) == 0) {
            row.file = "A";
        } else if (row.file.rfind("src/", 0) == 0) {
            row.file = "Rest of src";
        } else {
            continue;
        }
        out.push_back(row);
    }
    return out;
}

}  // namespace

TEST_CASE("random logs give what the definitions say", "[code-maat-logs]") {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        const Log log = random_log(seed);
        const Runner runner{log.text};
        model::Random random{seed + 1'000'000};
        app::CodeMaatOptions options{.min_revs = static_cast<std::int64_t>(random.below(6)),
                                     .min_shared_revs = static_cast<std::int64_t>(random.below(4)),
                                     .min_coupling = static_cast<std::int64_t>(random.below(60)),
                                     .max_coupling = random.below(2) == 0 ? 100 : 50,
                                     .max_changeset_size = random.below(2) == 0 ? 30 : 3};
        std::vector<LogRow> rows = log.rows;
        const std::string groups =
            (std::filesystem::temp_directory_path() / "plimsoll-code-maat-groups.txt").string();
        if (random.below(4) == 0) {
            std::ofstream{groups} << "src/a => A\n^src\\/.*$ => Rest of src\n";
            options.group = groups;
            rows = grouped(rows);
        }
        INFO("seed " << seed << "\n" << log.text);
        const auto run = [&](const std::string& analysis) {
            app::CodeMaatOptions mine = options;
            mine.analysis = analysis;
            return runner.run(mine);
        };
        same(run("coupling"), coupling(rows, options), [](const Cells& x, const Cells& y) {
            return x[2] != y[2] ? falls(x, y, 2) : falls(x, y, 3);
        });
        same(run("soc"), soc(rows, options), [](const Cells& x, const Cells& y) {
            return falls(x, y, 1);
        });
        std::vector<Cells> counts;
        for (const auto& [file, changes] : by(rows, &LogRow::file)) {
            counts.push_back({file, text(changes.size())});
        }
        same(run("revisions"), counts, [](const Cells& x, const Cells& y) {
            return falls(x, y, 1);
        });
        const auto by_name = [](const Cells& x, const Cells& y) { return x[0] < y[0]; };
        same(run("abs-churn"), churn(rows, &LogRow::date), by_name);
        same(run("author-churn"), churn(rows, &LogRow::author), by_name);
        same(run("entity-churn"), churn(rows, &LogRow::file), [](const Cells& x, const Cells& y) {
            return falls(x, y, 1);
        });
        same(run("entity-effort"), effort(rows), by_name);
        same(run("communication"), communication(rows), [](const Cells& x, const Cells& y) {
            return falls(x, y, 4);
        });
        std::filesystem::remove(groups);
    }
}

TEST_CASE("who did most, of how many, and how evenly", "[code-maat-logs]") {
    for (std::uint64_t seed = 500; seed < 600; ++seed) {
        const Log log = random_log(seed);
        const Runner runner{log.text};
        INFO("seed " << seed << "\n" << log.text);
        std::map<std::string, std::map<std::string, LogRow>> of;  // file, author: sums
        std::map<std::string, std::map<std::string, std::uint64_t>> revs;
        for (const LogRow& row : log.rows) {
            of[row.file][row.author].added += row.added;
            of[row.file][row.author].deleted += row.deleted;
            ++revs[row.file][row.author];
        }
        const auto check = [&](const std::string& analysis, const auto& value) {
            const std::vector<Cells> out = runner.run({.analysis = analysis});
            REQUIRE(out.size() == of.size());
            for (const Cells& row : out) {
                std::uint64_t total = 0;
                std::uint64_t most = 0;
                for (const auto& [author, sums] : of[row[0]]) {
                    total += value(row[0], author);
                    most = std::max(most, value(row[0], author));
                }
                CHECK(value(row[0], row[1]) == most);  // of equals any: the order decides
                CHECK(row[2] == text(most));
                CHECK(row[3] == text(total));
                const double share = static_cast<double>(most) /
                                     static_cast<double>(std::max<std::uint64_t>(total, 1));
                CHECK(std::abs(std::stod(row[4]) - share) <= 0.005 + 1e-6);
            }
        };
        check("main-dev", [&](const std::string& file, const std::string& who) {
            return static_cast<std::uint64_t>(of[file][who].added);
        });
        check("refactoring-main-dev", [&](const std::string& file, const std::string& who) {
            return static_cast<std::uint64_t>(of[file][who].deleted);
        });
        check("main-dev-by-revs",
              [&](const std::string& file, const std::string& who) { return revs[file][who]; });
        for (const Cells& row : runner.run({.analysis = "fragmentation"})) {
            double all = 0;
            double squares = 0;
            for (const auto& [author, count] : revs[row[0]]) {
                all += static_cast<double>(count);
                squares += static_cast<double>(count * count);
            }
            CHECK(std::abs(std::stod(row[1]) - (1 - squares / (all * all))) <= 0.005 + 1e-6);
            CHECK(std::stod(row[2]) == all);
        }
        for (const Cells& row : runner.run({.analysis = "authors"})) {
            CHECK(row[1] == text(of[row[0]].size()));
        }
        std::set<std::string> commits;
        for (const LogRow& row : log.rows) {
            commits.insert(row.rev);
        }
        const std::vector<Cells> summary = runner.run({.analysis = "summary"});
        REQUIRE(summary.size() == 4);
        CHECK(summary[0] == Cells{"number-of-commits", text(commits.size())});
        CHECK(summary[1] == Cells{"number-of-entities", text(of.size())});
        CHECK(summary[2] == Cells{"number-of-entities-changed", text(log.rows.size())});
    }
}

TEST_CASE("the limits of min-revs, min-shared-revs and degree are met exactly",
          "[code-maat-logs]") {
    // a: 4 revisions, b: 3, together 2: average 3.5, degree 57.14.
    const Runner runner{
        "--a1--2020-01-01--A\n1\t1\ta\n1\t1\tb\n\n--a2--2020-01-02--A\n1\t1\ta\n1\t1\tb\n\n"
        "--a3--2020-01-03--A\n1\t1\ta\n\n--a4--2020-01-04--A\n1\t1\ta\n\n"
        "--a5--2020-01-05--A\n1\t1\tb\n"};
    const auto pairs =
        [&](std::int64_t revs, std::int64_t shared, std::int64_t low, std::int64_t high) {
            return runner
                .run({.min_revs = revs,
                      .min_shared_revs = shared,
                      .min_coupling = low,
                      .max_coupling = high})
                .size();
        };
    CHECK(pairs(3, 2, 57, 57) == 1);
    CHECK(pairs(4, 2, 57, 57) == 0);
    CHECK(pairs(3, 3, 57, 57) == 0);
    CHECK(pairs(3, 2, 58, 100) == 0);
    CHECK(pairs(3, 2, 57, 56) == 0);
}
