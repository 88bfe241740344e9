#include "checks/history/module_use.hpp"

#include <algorithm>

namespace plimsoll::checks {
namespace {

using Numbers = std::set<std::uint32_t>;

class NameIndex {
public:
    explicit NameIndex(const std::vector<std::string>& modules) {
        for (std::uint32_t i = 0; i < modules.size(); ++i) {
            const auto [found, fresh] = by_name_.emplace(plain_name(modules[i]), i);
            if (!fresh) {
                found->second = ambiguous;  // two modules of one plain name: neither is meant
            }
        }
    }
    [[nodiscard]] std::optional<std::uint32_t> find(const std::string& name) const {
        const auto found = by_name_.find(plain_name(name));
        return found == by_name_.end() || found->second == ambiguous ? std::nullopt
                                                                     : std::optional{found->second};
    }

private:
    static constexpr std::uint32_t ambiguous = ChangeSets::no_module;
    std::map<std::string, std::uint32_t> by_name_;
};

[[nodiscard]] bool applications_are_modules(const Workload& workload, const NameIndex& index) {
    Numbers met;
    for (const auto& [id, statement] : workload.statements) {
        for (const auto& [application, tally] : statement.applications) {
            if (const auto module = index.find(application)) {
                met.insert(*module);
            }
        }
    }
    return met.size() >= 2;
}

[[nodiscard]] Numbers owners_of(const StatementClass& statement,
                                const Settings& settings,
                                const NameIndex& index) {
    Numbers out;
    for (const std::string& table : statement.tables) {
        const auto told = settings.tables.find(table);
        const auto module =
            told == settings.tables.end() ? std::nullopt : index.find(told->second.module);
        if (module) {
            out.insert(*module);
        }
    }
    return out;
}

void note_tables(const StatementClass& statement, const Numbers& users, ModuleUse& out) {
    for (const std::string& name : statement.tables) {
        TableUsers& table = out.tables[name];
        const bool written = statement.written.contains(name);
        (written ? table.writers : table.readers).insert(users.begin(), users.end());
        table.time_us += static_cast<double>(statement.total.time_us) /
                         static_cast<double>(statement.tables.size());
        keep_first(table.origin, statement.first_seen);
    }
}

}  // namespace

std::string plain_name(std::string name) {
    const std::size_t slash = name.rfind('/');
    name = name.substr(slash == std::string::npos ? 0 : slash + 1);
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            out += static_cast<char>(c - 'A' + 'a');
        } else if (c != '-' && c != '_') {
            out += c;
        }
    }
    for (const std::string_view ending : {"service", "svc"}) {
        if (out.size() > ending.size() && out.ends_with(ending)) {
            out.resize(out.size() - ending.size());
        }
    }
    return out;
}

std::set<std::uint32_t> TableUsers::all() const {
    Numbers out = readers;
    out.insert(writers.begin(), writers.end());
    return out;
}

std::optional<double> ModuleUse::share(std::uint32_t module) const {
    return named.contains(module) && total_us > 0 ? std::optional{time_us[module] / total_us}
                                                  : std::nullopt;
}

ModuleUse module_use(const Workload& workload,
                     const Settings& settings,
                     const std::vector<std::string>& modules) {
    const NameIndex index{modules};
    ModuleUse out;
    out.time_us.resize(modules.size());
    out.by_application = applications_are_modules(workload, index);
    for (const auto& [id, statement] : workload.statements) {
        out.total_us += static_cast<double>(statement.total.time_us);
        Numbers users;
        if (out.by_application) {
            for (const auto& [application, tally] : statement.applications) {
                if (const auto module = index.find(application)) {
                    users.insert(*module);
                    out.time_us[*module] += static_cast<double>(tally.time_us);
                }
            }
        } else {
            users = owners_of(statement, settings, index);
            for (const std::uint32_t module : users) {
                out.time_us[module] += static_cast<double>(statement.total.time_us) /
                                       static_cast<double>(users.size());
            }
        }
        out.named.insert(users.begin(), users.end());
        note_tables(statement, users, out);
    }
    return out;
}

}  // namespace plimsoll::checks
