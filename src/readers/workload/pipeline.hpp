// Pipeline: a stream of blocks through parsers, on any number of threads, into the one pass over
// the events.
//
// Law: blocks do not depend on the number of threads, a parser's events do not depend on the blocks
// that it parsed before, and the pass takes the blocks in order: so any number of threads gives the
// same bytes. The one thing that a parser learns from the log, a new prefix, is told to all, and a
// block that was parsed before the news and has unread lines is parsed again. Memory: eight blocks
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

// Jobs for threads; done() gives them back in order.
template <class Parser>
class Workers {
public:
    Workers(const Parser& parser, unsigned threads) {
        for (unsigned i = 0; i < threads; ++i) {
            threads_.emplace_back([this, own = parser]() mutable { work(own); });
        }
    }
    ~Workers() {
        {
            const std::lock_guard lock{mutex_};
            stop_ = true;
        }
        wake_.notify_all();
        for (std::thread& thread : threads_) {
            thread.join();
        }
    }
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    void give(Job& job) {
        {
            const std::lock_guard lock{mutex_};
            job.done = false;
            todo_.push_back(&job);
        }
        wake_.notify_one();
    }
    void wait_for(const Job& job) {
        std::unique_lock lock{mutex_};
        ready_.wait(lock, [&] { return job.done; });
    }
    void learn(const std::string& prefix) {
        const std::lock_guard lock{mutex_};
        learnt_.push_back(prefix);
    }

private:
    void work(Parser& parser) {
        std::size_t known = 0;
        while (true) {
            Job* job = nullptr;
            {
                std::unique_lock lock{mutex_};
                wake_.wait(lock, [&] { return stop_ || !todo_.empty(); });
                if (todo_.empty()) {
                    return;
                }
                job = todo_.front();
                todo_.pop_front();
                for (; known < learnt_.size(); ++known) {
                    parser.learn(learnt_[known]);
                }
            }
            job->known = known;
            parse_job(parser, *job);
            {
                const std::lock_guard lock{mutex_};
                job->done = true;
            }
            ready_.notify_one();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable ready_;
    std::deque<Job*> todo_;
    std::vector<std::string> learnt_;
    bool stop_ = false;
    std::vector<std::thread> threads_;
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
void run_threads(
    input::Stream& stream, Parser parser, unsigned threads, Pass& pass, Account& account) {
    Cutter<Parser> cutter{stream, parser};
    std::vector<std::unique_ptr<Job>> jobs;
    std::deque<Job*> running;
    std::vector<Job*> idle;
    std::size_t learnt = 0;
    Workers<Parser> workers{parser, threads};
    // The pass shares the cores with the workers: enough for them to do in the milliseconds that it
    // waits for one.
    constexpr unsigned jobs_a_thread = 8;
    for (unsigned i = 0; i < threads * jobs_a_thread + 1; ++i) {
        idle.push_back(jobs.emplace_back(std::make_unique<Job>()).get());
    }
    bool more = true;
    while (more || !running.empty()) {
        while (more && !idle.empty()) {
            more = cutter.next(*idle.back(), account);
            if (more) {
                running.push_back(idle.back());
                workers.give(*idle.back());
                idle.pop_back();
            }
        }
        if (running.empty()) {
            break;
        }
        Job& job = *running.front();
        running.pop_front();
        workers.wait_for(job);
        if (job.known < learnt && job.events.unread.records != 0) {
            parse_job(parser, job);
        }
        if (!job.events.learnt.empty()) {
            for (const std::string& prefix : job.events.learnt) {
                workers.learn(prefix);
                ++learnt;
            }
            learn_and_repeat(parser, job);
        }
        add_unread(account, job.events, pass.lines());
        pass.take(job.events);
        idle.push_back(&job);
    }
}

template <class Parser>
void run(
    input::Stream& stream, const Parser& parser, unsigned threads, Pass& pass, Account& account) {
    if (threads < 2) {
        run_alone(stream, parser, pass, account);
    } else {
        run_threads(stream, parser, threads, pass, account);
    }
}

}  // namespace plimsoll::readers::workload
