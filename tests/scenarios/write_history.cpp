// A real git repository, made by `git fast-import` from a stream that is a function of world and
// seed.
#include "scenarios/files.hpp"
#include "scenarios/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <stdexcept>

namespace plimsoll::scenarios {
namespace {

constexpr int files_of_module = 14;
constexpr const char* layer_names[] = {
    "controllers", "models", "services", "views", "jobs", "migrations"};

struct Commit {
    std::int64_t at = 0;
    std::string author;
    std::string subject;
    std::set<std::string> files;
};

class Maker {
public:
    Maker(const HistoryWorld& world, model::Random& random) : world_{world}, random_{random} {}

    [[nodiscard]] std::vector<Commit> make() {
        const auto changes = static_cast<std::size_t>(world_.changes);
        three_ = marked(random_, changes, world_.crossing);
        two_ = marked(random_, changes, world_.two_modules);
        constexpr int a_day = 8;
        const int days = world_.changes / a_day + 1;
        // Ends where the record ends; working days only.
        std::int64_t day = weeks_of_record * 7 - days * 7 / 5 - 2;
        for (std::size_t i = 0; i < changes; ++day) {
            if (day % 7 >= 0 ? day % 7 >= 5 : day % 7 + 7 >= 5) {
                continue;
            }
            std::int64_t at = start_s + day * day_s + 9 * 3600;
            const std::string author = people_[random_.below(people_.size())];
            for (int k = 0; k < a_day && i < changes; ++k, ++i) {
                at += static_cast<std::int64_t>(lognormal(random_, world_.minutes, 0.35) * 60);
                work(at, author, i);
            }
        }
        if (world_.tags) {
            release();
        }
        std::ranges::stable_sort(commits_, {}, &Commit::at);
        return commits_;
    }
    [[nodiscard]] const std::vector<std::int64_t>& tags() const { return tags_; }

private:
    [[nodiscard]] std::string file(std::size_t module, std::size_t number) const {
        if (world_.layers) {
            return fmt::format("src/{}/{}_{}.py",
                               layer_names[number % std::size(layer_names)],
                               world_.modules[module],
                               number);
        }
        return fmt::format("src/{}/part_{}.py", world_.modules[module], number);
    }
    void work(std::int64_t at, const std::string& author, std::size_t i) {
        Commit commit{.at = at, .author = author, .subject = fmt::format("Work on {}", i)};
        const std::size_t home = random_.below(world_.modules.size());
        const std::size_t reach = three_[i] ? 3 + random_.below(2) : two_[i] ? 2 : 1;
        std::set<std::size_t> modules{home};
        while (modules.size() < reach) {
            modules.insert(random_.below(world_.modules.size()));
        }
        for (const std::size_t module : modules) {
            const std::size_t count = 1 + random_.below(reach > 1 ? 2 : 3);
            for (std::size_t k = 0; k < count; ++k) {
                commit.files.insert(file(module, random_.below(files_of_module)));
            }
        }
        if (chance(random_, 0.08)) {
            commit.files.insert(
                fmt::format("src/{}/migrations/{:04}.sql", world_.modules[home], i));
        }
        if (chance(random_, 0.10)) {
            commit.subject = fmt::format("Fix a rounding error ({})", i);
        }
        commits_.push_back(std::move(commit));
        if (chance(random_, world_.bulk)) {
            sweep(at + 60);
        }
        if (chance(random_, world_.bots)) {
            bot(at + 120);
        }
    }
    void sweep(std::int64_t at) {
        Commit commit{.at = at, .author = people_[0], .subject = "Reformat everything"};
        for (std::size_t module = 0; module < world_.modules.size(); ++module) {
            for (std::size_t k = 0; k < 8; ++k) {
                commit.files.insert(file(module, k));
            }
        }
        commits_.push_back(std::move(commit));
    }
    void bot(std::int64_t at) {
        Commit commit{
            .at = at,
            .author = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
            .subject = "Bump lodash from 4.17.20 to 4.17.21"};
        for (const std::string& module : world_.modules) {
            commit.files.insert("src/" + module + "/package-lock.json");
        }
        commits_.push_back(std::move(commit));
    }
    // A tag every Friday; after some a fix in haste, after some one in a module the release left
    // alone.
    void release() {
        const std::int64_t first = commits_.front().at;
        const std::int64_t last = commits_.back().at;
        std::vector<std::int64_t> at;
        for (std::int64_t week = 0; start_s + week * week_s < last; ++week) {
            at.push_back(start_s + week * week_s + 4 * day_s + 20 * 3600);
        }
        std::erase_if(at, [&](std::int64_t t) { return t < first || t > last; });
        const std::vector<bool> hot = marked(random_, at.size(), world_.hot_releases);
        const std::vector<bool> elsewhere = marked(random_, at.size(), world_.broken_elsewhere);
        // Ordinary fixes keep away from the two days after a release, so that the dose is what is
        // said.
        for (Commit& commit : commits_) {
            for (const std::int64_t t : at) {
                if (commit.at > t && commit.at <= t + 3 * day_s &&
                    commit.subject.starts_with("Fix")) {
                    commit.subject = "Work on the same";
                }
            }
        }
        for (std::size_t i = 0; i < at.size(); ++i) {
            if (hot[i]) {
                commits_.push_back({.at = at[i] + 5 * 3600,
                                    .author = people_[1],
                                    .subject = "Hotfix: the checkout fails",
                                    .files = {file(random_.below(world_.modules.size()), 1)}});
            }
            if (elsewhere[i]) {
                commits_.push_back({.at = at[i] + 3 * day_s + 7200,
                                    .author = people_[2],
                                    .subject = "Fix what the release broke",
                                    .files = {"src/" + untouched(at[i]) + "/part_2.py"}});
            }
        }
        tags_ = at;
    }
    // The module least touched in the week before: what a release cannot have meant to change.
    [[nodiscard]] std::string untouched(std::int64_t release) const {
        std::map<std::string, int> touched;
        for (const std::string& module : world_.modules) {
            touched[module] = 0;
        }
        for (const Commit& commit : commits_) {
            if (commit.at <= release && commit.at > release - week_s) {
                for (const std::string& path : commit.files) {
                    const std::size_t slash = path.find('/', 4);
                    const auto found = touched.find(path.substr(4, slash - 4));
                    if (found != touched.end()) {
                        ++found->second;
                    }
                }
            }
        }
        return std::ranges::min_element(touched, {}, [](const auto& one) { return one.second; })
            ->first;
    }

    const HistoryWorld& world_;
    model::Random& random_;
    std::vector<bool> three_;
    std::vector<bool> two_;
    std::vector<Commit> commits_;
    std::vector<std::int64_t> tags_;
    std::vector<std::string> people_{"Ada <ada@example.com>",
                                     "Bela <bela@example.com>",
                                     "Cleo <cleo@example.com>",
                                     "Dana <dana@example.com>"};
};

[[nodiscard]] std::string stream_of(const std::vector<Commit>& commits,
                                    const std::vector<std::int64_t>& tags) {
    std::string out;
    std::size_t tag = 0;
    const auto tag_until = [&](std::int64_t at) {
        for (; tag < tags.size() && tags[tag] < at; ++tag) {
            out += fmt::format("reset refs/tags/v1.{}\nfrom refs/heads/main\n\n", tag);
        }
    };
    for (std::size_t i = 0; i < commits.size(); ++i) {
        const Commit& commit = commits[i];
        if (i > 0) {
            tag_until(commit.at);
        }
        const std::string who = fmt::format("{} {} +0000", commit.author, commit.at);
        out += fmt::format("commit refs/heads/main\nauthor {}\ncommitter {}\ndata {}\n{}\n",
                           who,
                           who,
                           commit.subject.size(),
                           commit.subject);
        for (const std::string& file : commit.files) {
            const std::string text = fmt::format("{}\n", i);
            out += fmt::format("M 100644 inline {}\ndata {}\n{}\n", file, text.size(), text);
        }
        out += '\n';
    }
    return out;
}

}  // namespace

void write_history(const World& world, model::Random& random, const std::string& folder) {
    if (!world.history.given) {
        return;
    }
    Maker maker{world.history, random};
    const std::vector<Commit> commits = maker.make();
    const std::string repository = folder + "/repository";
    const std::string stream = folder + "/../history.stream";
    save(stream, stream_of(commits, maker.tags()));
    const std::string git = "GIT_CONFIG_NOSYSTEM=1 HOME=/nonexistent git ";
    const std::string command = git + "init -q --bare -b main '" + repository + "' && " + git +
                                "-C '" + repository + "' fast-import --quiet < '" + stream + "'";
    if (std::system(command.c_str()) != 0) {  // NOLINT: the paths are ours
        throw std::runtime_error{"git fast-import failed"};
    }
}

}  // namespace plimsoll::scenarios
