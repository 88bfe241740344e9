#include "readers/workload/pass.hpp"

#include "readers/plans/auto_explain.hpp"
#include "readers/sql/facts.hpp"
#include "readers/sql/hash.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll::readers::workload {
namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
constexpr std::size_t longest_text = 2'000;    // of a statement that is kept, in bytes
constexpr std::size_t most_sessions = 65'536;  // remembered at a time
constexpr std::int64_t idle_us =
    2 * hour_us;  // after which a session is forgotten when there are more

[[nodiscard]] bool is_unknown(std::string_view name) {
    return name.empty() || name == "[unknown]";
}

// A text of several statements that opens and closes one holds the connection no longer than
// itself.
[[nodiscard]] bool is_one(std::string_view canonical) {
    return canonical.find(';') == std::string_view::npos;
}

[[nodiscard]] bool begins_transaction(std::string_view canonical) {
    return is_one(canonical) && (canonical == "begin" || canonical.starts_with("begin ") ||
                                 canonical.starts_with("start transaction"));
}

[[nodiscard]] bool ends_transaction(std::string_view canonical) {
    const std::string_view verb = canonical.substr(0, canonical.find(' '));
    const bool to_savepoint =
        verb == "rollback" && canonical.find(" to ") != std::string_view::npos;
    return is_one(canonical) && !to_savepoint &&
           (verb == "commit" || verb == "end" || verb == "rollback" || verb == "abort");
}

}  // namespace

Pass::Pass(std::string source, sql::Dialect dialect)
    : source_{std::move(source)}, dialect_{dialect}, patterns_{source_} {}

void Pass::take(const BlockEvents& block) {
    number_block(block);
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < block.events.size(); ++i) {
        const Event& each = block.events[i];
        if (i + ahead < block.events.size()) {
            patterns_.expect(block.events[i + ahead].values);
        }
        const std::int64_t at_us = each.by_client ? believable(each) : each.at_us;
        if (at_us == each.at_us) {
            event(each, block);
        } else {
            Event moved = each;
            moved.at_us = at_us;
            event(moved, block);
        }
    }
    lines_ += block.lines;
    workload_.entries += block.records;
    if (sessions_.size() > most_sessions) {
        forget_old_sessions();
    }
}

void Pass::number_block(const BlockEvents& block) {
    block_who_.clear();
    for (const Who& who : block.who) {
        block_who_.push_back(caller_number(who.user, who.application));
    }
    for (const FreshClass& fresh : block.fresh) {
        if (!class_numbers_.contains(fresh.id)) {
            fresh_.emplace(fresh.id, fresh);
        }
    }
}

std::uint32_t Pass::caller_number(std::string_view user, std::string_view application) {
    std::string key{user};
    key += '\0';
    key += application;
    const auto [found, fresh] = caller_numbers_.emplace(std::move(key), callers_.size());
    if (fresh) {
        const bool named = !is_unknown(application);
        const std::string_view name = named ? application : is_unknown(user) ? "(unknown)" : user;
        const auto [busy, first] = busy_numbers_.emplace(name, busy_.size());
        if (first) {
            busy_.emplace_back();
            held_.emplace_back();
        }
        callers_.push_back({.user = std::string{user},
                            .application = std::string{name},
                            .named = named,
                            .busy = busy->second});
    }
    return found->second;
}

std::uint32_t Pass::caller_of(const Event& event, Session& session) {
    const std::uint32_t line_who = block_who_[event.who];
    if (session.line_who != line_who) {
        session.line_who = line_who;
        session.who = line_who;
    }
    return session.who;
}

Pass::ClassState& Pass::class_of(std::uint64_t id, std::uint64_t line) {
    NearClass& near = near_classes_[id % near_size];
    if (near.id == id && id != 0) {
        return classes_[near.number];
    }
    const auto [found, fresh] = class_numbers_.emplace(id, classes_.size());
    near = {.id = id, .number = found->second};
    if (!fresh) {
        return classes_[found->second];
    }
    StatementClass& out = workload_.statements[id];
    ClassState& state = classes_.emplace_back();
    if (const auto text = fresh_.find(id); text != fresh_.end()) {
        const std::string_view canonical = text->second.canonical;
        sql::Facts facts = sql::facts_of(canonical, dialect_);
        out.text = sql::Normaliser::readable(canonical, longest_text);
        out.example = text->second.example.substr(0, longest_text);
        out.kind = facts.kind;
        out.tables = std::move(facts.tables);
        out.written = std::move(facts.written);
        state.begins = begins_transaction(canonical);
        state.ends = ends_transaction(canonical);
        fresh_.erase(text);
    }
    out.first_seen = {.source = source_, .line = line};
    state.out = &out;
    state.tables = numbered(out.tables);
    state.written = numbered(out.written);
    return state;
}

std::vector<std::uint32_t> Pass::numbered(const std::set<std::string>& tables) {
    std::vector<std::uint32_t> numbers;
    for (const std::string& table : tables) {
        numbers.push_back(table_numbers_.emplace(table, table_numbers_.size()).first->second);
    }
    return numbers;
}

void Pass::busy(std::uint32_t who, std::int64_t end_us, std::int64_t us) {
    busy_[callers_[who].busy].add_span(end_us - us, end_us);
}

void Pass::call(const Event& event,
                Session& session,
                std::uint64_t statement,
                std::uint64_t values,
                Tally& messages) {
    messages.add(event.duration_us);
    if (!workload_.least_duration_us || event.duration_us < *workload_.least_duration_us) {
        workload_.least_duration_us = event.duration_us;
    }
    ClassState& state = class_of(statement, lines_ + event.line);
    const std::uint32_t who = session.who;
    if (state.by_who.size() <= who) {
        state.by_who.resize(callers_.size());
    }
    state.by_who[who].add(event.duration_us);
    state.out->rows += event.rows;
    const std::int64_t hour = event.at_us - (event.at_us % hour_us);
    if (state.hour != hour) {
        state.hour = hour;
        state.histogram = &state.out->periods.at(instant(hour));
    }
    state.histogram->add(event.duration_us);
    state.out->examined += event.examined;
    state.out->lock_us += event.lock_us;
    ++session.calls;
    workload_.hidden_parameters += values == 0 ? 1 : 0;
    if (!event.has_time) {
        return;
    }
    busy(who, event.at_us, event.duration_us);
    hold(event, state, session);
    arrivals_.add(event.at_us - event.duration_us, 1);
    if (event.duration_us < Workload::long_us) {
        short_calls_.add(event.at_us, 1);
        short_us_.add(event.at_us, event.duration_us);
    } else {
        long_busy_us_.add_span(event.at_us - event.duration_us, event.at_us);
    }
    const Call call{.statement = statement,
                    .values = values,
                    .end_us = event.at_us,
                    .duration_us = event.duration_us,
                    .line = lines_ + event.line,
                    .kind = state.out->kind};
    patterns_.follow(call, session.run, callers_[who].application);
    if (call.kind == StatementKind::read && !state.tables.empty()) {
        patterns_.ask(call, state.tables, state.out->repeats);
    } else if (!state.written.empty()) {
        patterns_.write(event.at_us, state.written);
    }
}

// What a connection is held for: the statement, or the transaction around it when that ends.
void Pass::hold(const Event& event, const ClassState& state, Session& session) {
    if (state.ends && session.began_us) {
        end_transaction(session, event.at_us);
        return;
    }
    const std::int64_t start_us = event.at_us - event.duration_us;
    if (state.begins) {
        session.began_us = start_us;
        session.inside_us = event.duration_us;
    } else if (session.began_us) {
        session.inside_us += event.duration_us;
    } else {
        held_[callers_[session.who].busy].add_span(start_us, event.at_us);
    }
}

void Pass::end_transaction(Session& session, std::int64_t end_us) {
    const std::int64_t began_us = *std::exchange(session.began_us, std::nullopt);
    if (end_us < began_us) {
        return;  // time ran backwards
    }
    const Caller& caller = callers_[session.who];
    Transactions& out = workload_.transactions[caller.application];
    out.inside_us += std::min(session.inside_us, end_us - began_us);
    out.held_us += end_us - began_us;
    out.lengths_us.add(end_us - began_us);
    held_[caller.busy].add_span(began_us, end_us);
}

void Pass::overhead(const Event& event,
                    std::uint32_t who,
                    std::uint64_t statement,
                    std::int64_t us,
                    Tally& messages) {
    messages.add(us);
    class_of(statement, lines_ + event.line).out->parse_bind_us += us;
    if (event.has_time) {
        busy(who, event.at_us, us);
    }
}

// A duration without text: of the text that was announced, or of something yet to come.
void Pass::alone(const Event& event, Session& session) {
    if (session.pending != 0) {
        const std::uint64_t statement = std::exchange(session.pending, 0);
        call(event,
             session,
             statement,
             session.pending_values,
             session.pending_execute ? workload_.execute_messages : workload_.statement_messages);
        return;
    }
    if (session.floating == session.floating_us.size()) {
        workload_.unattributed.add(session.floating_us[0]);
        session.floating_us[0] = session.floating_us[1];
        --session.floating;
    }
    session.floating_us[session.floating++] = event.duration_us;
    if (event.has_time) {
        busy(session.who, event.at_us, event.duration_us);
    }
}

void Pass::announced(const Event& event, Session& session) {
    const bool execute = event.kind == EventKind::text_execute;
    if (execute) {
        const bool both = session.floating == 2;
        for (std::uint8_t i = 0; i < session.floating; ++i) {
            Tally& messages = both && i == 0 ? workload_.parse_messages : workload_.bind_messages;
            messages.add(session.floating_us[i]);
            class_of(event.statement, lines_ + event.line).out->parse_bind_us +=
                session.floating_us[i];
        }
        session.floating = 0;
    }
    give_up(session);
    session.pending = event.statement;
    session.pending_values = event.values;
    session.pending_execute = execute;
}

void Pass::give_up(Session& session) {
    for (std::uint8_t i = 0; i < session.floating; ++i) {
        workload_.unattributed.add(session.floating_us[i]);
    }
    session.floating = 0;
    if (std::exchange(session.pending, 0) != 0) {
        ++workload_.untimed_calls;
    }
}

std::string Pass::readable(std::uint64_t id) const {
    if (const auto known = workload_.statements.find(id); known != workload_.statements.end()) {
        return known->second.text;
    }
    const auto text = fresh_.find(id);
    return text == fresh_.end() ? std::string{}
                                : sql::Normaliser::readable(text->second.canonical, longest_text);
}

void Pass::plan(const Event& event, const BlockEvents& block) {
    workload_.plan_messages.add(event.duration_us);
    const std::string& body = block.notes[event.note - 1].text;
    const std::uint64_t skeleton = event.statement == 0 ? 0 : plan_skeleton(body);
    const std::uint64_t key = skeleton == 0 ? 0 : sql::mix(skeleton, event.statement);
    if (outdone_.outdone(key, event.duration_us)) {
        ++plans_.seen;
        return;
    }
    const std::uint64_t seen = plans_.seen;
    read_auto_explain(body,
                      event.statement,
                      readable(event.statement),
                      static_cast<double>(event.duration_us) / 1000.0,
                      {.source = source_, .line = lines_ + event.line},
                      plans_);
    if (plans_.seen == seen + 1) {
        outdone_.add(key, event.duration_us);
    }
}

void Pass::event(const Event& event, const BlockEvents& block) {
    // The low half of the key is the process: it may be used again by another session.
    Session& session = session_of(event, block);
    const auto tag = static_cast<std::uint32_t>(event.session >> 32U);
    if (session.tag != tag) {
        close(session);
        session = Session{};
        session.tag = tag;
    }
    const std::uint32_t who = caller_of(event, session);
    if (event.has_time) {
        workload_.span.cover(instant(event.at_us));
        session.last_us = event.at_us;
        now_us_ = std::max(now_us_, event.at_us);
    }
    switch (event.kind) {
        case EventKind::statement:
            call(event, session, event.statement, event.values, workload_.statement_messages);
            break;
        case EventKind::fastpath:
        case EventKind::execute:
            call(event, session, event.statement, event.values, workload_.execute_messages);
            break;
        case EventKind::fetch: {
            workload_.execute_messages.time_us += event.duration_us;
            ClassState& state = class_of(event.statement, lines_ + event.line);
            state.by_who.resize(std::max<std::size_t>(state.by_who.size(), callers_.size()));
            state.by_who[who].time_us += event.duration_us;
            busy(who, event.at_us, event.duration_us);
            break;
        }
        case EventKind::parse:
            overhead(event, who, event.statement, event.duration_us, workload_.parse_messages);
            break;
        case EventKind::bind:
            overhead(event, who, event.statement, event.duration_us, workload_.bind_messages);
            break;
        case EventKind::duration:
            alone(event, session);
            break;
        case EventKind::text_statement:
        case EventKind::text_execute:
            announced(event, session);
            break;
        case EventKind::plan:
            plan(event, block);
            break;
        case EventKind::disconnected:
            disconnect(event, session);
            break;
        default:
            rare(event, block, session);
            break;
    }
    if (&session == &nobodys_) {
        give_up(session);
        session = Session{};
    }
}

Pass::Session& Pass::session_of(const Event& event, const BlockEvents& block) {
    if (event.session != 0) {
        return session_of(static_cast<std::uint32_t>(event.session));
    }
    ++homeless_;
    // A message about a lock names its process itself.
    const std::uint64_t process = event.note == 0 ? 0 : block.notes[event.note - 1].process;
    return process == 0 ? nobodys_ : session_of(static_cast<std::uint32_t>(process));
}

Pass::Session& Pass::session_of(std::uint32_t process) {
    NearSession& near = near_sessions_[process % near_size];
    if (near.session == nullptr || near.process != process) {
        near = {.process = process, .session = &sessions_[process]};
    }
    return *near.session;
}

void Pass::forget_old_sessions() {
    near_sessions_ = {};
    std::vector<std::int64_t> ages;
    ages.reserve(sessions_.size());
    for (const auto& [id, session] : sessions_) {
        ages.push_back(session.last_us);
    }
    const auto middle = ages.begin() + static_cast<std::ptrdiff_t>(ages.size() / 2);
    std::ranges::nth_element(ages, middle);
    const std::int64_t oldest = std::max(*middle, now_us_ - idle_us);
    for (auto at = sessions_.begin(); at != sessions_.end();) {
        if (at->second.last_us > oldest) {
            ++at;
            continue;
        }
        close(at->second);
        at = sessions_.erase(at);
    }
}

namespace {

// Moved, as windows are most of what a long log takes.
void hand_over(Seconds& seconds,
               std::map<std::string, Windows>& into,
               const std::string& application) {
    Windows windows = seconds.finish();
    if (windows.empty()) {
        return;
    }
    if (Windows& known = into[application]; known.empty()) {
        known = std::move(windows);
    } else {
        known.merge(windows);
    }
}

}  // namespace

void Pass::finish(Workload& workload, Plans& plans) {
    for (auto& [id, session] : sessions_) {
        close(session);
    }
    for (const ClassState& state : classes_) {
        for (std::size_t who = 0; who < state.by_who.size(); ++who) {
            const Tally& tally = state.by_who[who];
            if (tally.calls != 0 || tally.time_us != 0) {
                state.out->applications[callers_[who].application].merge(tally);
                state.out->total.merge(tally);
                if (!is_unknown(callers_[who].user)) {
                    state.out->users.insert(callers_[who].user);
                }
            }
        }
    }
    for (const auto& [name, number] : busy_numbers_) {
        hand_over(busy_[number], workload_.busy_us, name);
        hand_over(held_[number], workload_.held_us, name);
    }
    workload_.arrivals = arrivals_.finish();
    workload_.short_calls = short_calls_.finish();
    workload_.short_us = short_us_.finish();
    workload_.long_busy_us = long_busy_us_.finish();
    workload_.sessions.opening = opening_.finish();
    workload_.sessions.closing = closing_.finish();
    workload_.runs = patterns_.finish();
    workload_.forgotten_reads = patterns_.forgotten();
    if (workload.empty()) {
        workload = std::move(workload_);  // a copy would be as large again
    } else {
        workload.merge(workload_);
    }
    plans.merge(plans_);
}

}  // namespace plimsoll::readers::workload
