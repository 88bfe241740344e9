// Pipeline: a stream of blocks through parsers, on any number of threads, into the one pass over
// the events.
//
// Law: blocks do not depend on the number of threads, a parser's events do not depend on the blocks
// that it parsed before, and the pass takes the blocks in order: so any number of threads gives the
// same bytes. The one thing that a parser learns from the log, a new prefix, is told to all, and a
// block that was parsed before the news and has unread lines is parsed again. Memory: four blocks
// a thread, and the piece of a record that a block's end cuts, up to `longest_record`.
//
// A Parser is a value that can be copied and has: Cut cut(carried, block), start(), parse(records,
// out), learn(prefix).
#pragma once

#include "core/input_record.hpp"
#include "input/stream.hpp"
#include "readers/workload/event.hpp"
#include "readers/workload/pass.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace plimsoll::readers::workload {

// A block as it goes to a parser: the record that the blocks before left open, and the whole
// records.
struct Job {
    std::string straddling;
    input::Block block;
    std::size_t first = 0;
    std::size_t last = 0;
    std::size_t known = 0;  // how many learnt prefixes the parser had
    bool done = false;
    unsigned owner = 0;  // the thread whose core's cache may hold the block
    BlockEvents events;
    [[nodiscard]] std::string_view whole() const noexcept {
        return block.text().substr(first, last - first);
    }
};

// What is not parsed of the stream, and the pass over what is.
struct Account {
    std::uint64_t cut_bytes = 0;  // of lines and records that were too long to be kept whole
    Unread unread;
    std::uint64_t unread_line = 0;
    std::string unknown_zone;  // of a time stamp, counted as UTC
};

void add_unread(Account& account, const BlockEvents& events, std::uint64_t lines_before);

// Cuts the stream into jobs.
template <class Parser>
class Cutter {
public:
    static constexpr std::size_t longest_record = 16 * 1'048'576;

    Cutter(input::Stream& stream, Parser parser) : stream_{stream}, parser_{std::move(parser)} {}

    // False when nothing is left.
    [[nodiscard]] bool next(Job& job, Account& account) {
        job.straddling.clear();
        job.first = 0;
        job.last = 0;
        if (ended_) {
            return false;
        }
        job.straddling.swap(carry_);
        while (true) {
            if (!stream_.next(job.block)) {
                ended_ = true;
                return !job.straddling.empty();
            }
            account.cut_bytes += job.block.cut_bytes();
            const std::string_view text = job.block.text();
            const auto cut = parser_.cut(job.straddling, text);
            const std::size_t room =
                longest_record - std::min(longest_record, job.straddling.size());
            job.straddling.append(text.substr(0, std::min(cut.first, room)));
            account.cut_bytes += cut.first - std::min(cut.first, room);
            if (cut.first < text.size()) {
                job.first = cut.first;
                job.last = cut.last;
                carry_.assign(text.substr(cut.last));
                return true;
            }
        }
    }

private:
    input::Stream& stream_;
    Parser parser_;
    std::string carry_;
    bool ended_ = false;
};

template <class Parser>
void parse_job(Parser& parser, Job& job) {
    job.events.clear();
    parser.start();
    if (!job.straddling.empty()) {
        parser.parse(job.straddling, job.events);
    }
    if (job.last > job.first) {
        parser.parse(job.whole(), job.events);
    }
    job.events.unknown_zone = parser.unknown_zone();
}

// What a job announced is known from now on, and in the rest of the job too.
template <class Parser>
void learn_and_repeat(Parser& parser, Job& job) {
    for (const std::string& prefix : job.events.learnt) {
        parser.learn(prefix);
    }
    if (job.events.unread.records != 0) {
        // A parser names a class once.
        std::vector<FreshClass> named = std::move(job.events.fresh);
        parse_job(parser, job);
        std::ranges::move(named, std::back_inserter(job.events.fresh));
    }
}

// Threads that are all alike: each cuts a block, parses what it cut while that is in its core's
// cache, and passes over what is next in order, if nobody does.
template <class Parser>
class Crew {
public:
    Crew(
        input::Stream& stream, const Parser& parser, unsigned threads, Pass& pass, Account& account)
        : cutter_{stream, parser}, parser_{parser}, again_{parser}, pass_{pass}, account_{account} {
        // One that is parsed, and some that wait for the one before them.
        constexpr unsigned jobs_a_thread = 4;
        for (unsigned i = 0; i < threads * jobs_a_thread; ++i) {
            idle_.push_back(jobs_.emplace_back(std::make_unique<Job>()).get());
        }
    }

    // What one of the threads does. What it throws, run() throws.
    void work(unsigned thread) noexcept {
        try {
            Parser own = parser_;
            std::size_t known = 0;
            while (Job* const job = cut(thread)) {
                parse(own, known, *job, thread);
                pass_in_order(thread);
            }
        } catch (...) {
            const std::lock_guard lock{mutex_};
            failure_ = failure_ ? failure_ : std::current_exception();
            ended_ = true;
            is_idle_.notify_all();
        }
    }

    void run(unsigned threads) {
        {
            std::vector<std::jthread> others;
            for (unsigned i = 1; i < threads; ++i) {
                others.emplace_back([this, i] { work(i); });
            }
            work(0);
        }
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }

private:
    // The next block of the stream; nullptr at its end.
    [[nodiscard]] Job* cut(unsigned thread) {
        const std::lock_guard cutting{cutting_};
        Job* job = nullptr;
        {
            std::unique_lock lock{mutex_};
            is_idle_.wait(lock, [&] { return ended_ || !idle_.empty(); });
            if (ended_) {
                return nullptr;
            }
            // The one that it had last, if it may: another core would have to hand its block over.
            const auto own = std::ranges::find(idle_.rbegin(), idle_.rend(), thread, &Job::owner);
            std::swap(own == idle_.rend() ? idle_.back() : *own, idle_.back());
            job = idle_.back();
            job->owner = thread;
            idle_.pop_back();
        }
        const bool more = cutter_.next(*job, account_);
        const std::lock_guard lock{mutex_};
        ended_ = ended_ || !more;
        if (more) {
            job->done = false;
            running_.push_back(job);
        }
        return more ? job : nullptr;
    }

    void parse(Parser& parser, std::size_t& known, Job& job, unsigned thread) {
        {
            const std::lock_guard lock{mutex_};
            passer_parses_ = passer_parses_ || thread == passer_;
            for (; known < learnt_.size(); ++known) {
                parser.learn(learnt_[known]);
            }
        }
        job.known = known;
        parse_job(parser, job);
        const std::lock_guard lock{mutex_};
        job.done = true;
    }

    void pass_in_order(unsigned thread) {
        std::unique_lock lock{mutex_};
        passer_parses_ = passer_parses_ && thread != passer_;
        if (passing_) {
            return;  // who passes takes this one too
        }
        if (passer_parses_ && !idle_.empty()) {
            return;  // who passed last does so again soon, with what it takes in its core's cache
        }
        passing_ = true;
        passer_ = thread;
        while (!running_.empty() && running_.front()->done && !failure_) {
            Job& job = *running_.front();
            running_.pop_front();
            lock.unlock();
            take(job);
            lock.lock();
            idle_.push_back(&job);
            is_idle_.notify_one();
        }
        passing_ = false;
    }

    // By one thread at a time. Parsed again by a parser of its own: one that has named a class in a
    // later block would not name it here.
    void take(Job& job) {
        if (job.known < learnt_.size() && job.events.unread.records != 0) {
            parse_job(again_, job);
        }
        if (!job.events.learnt.empty()) {
            const std::vector<std::string> learnt = job.events.learnt;
            learn_and_repeat(again_, job);
            const std::lock_guard lock{mutex_};
            learnt_.insert(learnt_.end(), learnt.begin(), learnt.end());
        }
        add_unread(account_, job.events, pass_.lines());
        pass_.take(job.events);
    }

    std::mutex cutting_;  // held while the stream is read; always before mutex_
    Cutter<Parser> cutter_;
    std::mutex mutex_;  // of what follows up to failure_
    std::condition_variable is_idle_;
    std::vector<Job*> idle_;
    std::deque<Job*> running_;  // in order
    std::vector<std::string> learnt_;
    bool ended_ = false;
    bool passing_ = false;
    unsigned passer_ = 0;         // the thread that passed last
    bool passer_parses_ = false;  // and will come back
    std::exception_ptr failure_;
    std::vector<std::unique_ptr<Job>> jobs_;
    const Parser parser_;
    Parser again_;
    Pass& pass_;
    Account& account_;
};

template <class Parser>
void run_alone(input::Stream& stream, Parser parser, Pass& pass, Account& account) {
    Cutter<Parser> cutter{stream, parser};
    Job job;
    while (cutter.next(job, account)) {
        parse_job(parser, job);
        if (!job.events.learnt.empty()) {
            learn_and_repeat(parser, job);
        }
        add_unread(account, job.events, pass.lines());
        pass.take(job.events);
    }
}

template <class Parser>
void run(
    input::Stream& stream, const Parser& parser, unsigned threads, Pass& pass, Account& account) {
    if (threads < 2) {
        run_alone(stream, parser, pass, account);
    } else {
        Crew<Parser>{stream, parser, threads, pass, account}.run(threads);
    }
}

}  // namespace plimsoll::readers::workload
