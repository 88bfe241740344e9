#include "app/read.hpp"

#include "app/overlap.hpp"
#include "app/read_joined.hpp"
#include "core/reader.hpp"
#include "input/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace plimsoll::app {
namespace {

// The surest reader, nullptr when none recognises the source.
[[nodiscard]] const Reader* reader_for(const Sample& sample) {
    const Reader* surest = nullptr;
    Sureness best = Sureness::no;
    for (const Reader* reader : all_readers()) {
        const Sureness sureness = reader->recognises(sample);
        if (sureness > best) {
            best = sureness;
            surest = reader;
        }
        if (best == Sureness::certain) {  // none can be surer, and of equals the first one counts
            break;
        }
    }
    return surest;
}

// Reads to the end what the reader left, so that size and hash are those of the whole source.
void drain(input::Stream& stream) {
    std::string rest(input::Stream::block_size, '\0');
    while (stream.read(rest) != 0) {
    }
}

// Of the bytes; where a reader cannot say how large a record is (one of many in a document), of the
// records: else nine spans of ten could be lost without a word.
[[nodiscard]] double unread_share(const Input& input) {
    if (input.skipped == 0 || input.skipped_bytes > 0) {
        return input.unread_share();
    }
    return static_cast<double>(input.skipped) / static_cast<double>(input.skipped + input.records);
}

// Records that were skipped may be of a kind that does not count, so their share alone refuses only
// where nothing else was there.
[[nodiscard]] bool is_refused(const Input& input, double from) {
    return input.unread_share() > from || (input.records == 0 && unread_share(input) == 1);
}

[[nodiscard]] Error too_much_unread(const Input& input) {
    return Error{
        {.status = Status::untrusted,
         .what = fmt::format("{:.1f} % of an input could not be read", 100 * unread_share(input)),
         .where = fmt::format("{}:{}", input.name, input.first_skipped.line),
         .why = input.first_skipped.why,
         .remedy = fmt::format("see what was understood: plimsoll inspect {}", input.name)}};
}

// Evidence merged two by two, as a binary counter counts: a thousand digests cost the sum of their
// sizes times ten, where one after the other into a growing heap would cost its square. Merging is
// associative and commutative, so the order changes no byte.
class Pile {
public:
    void add(Evidence one) {
        std::size_t level = 0;
        for (; level < levels_.size() && levels_[level]; ++level) {
            levels_[level]->absorb(one);
            one = std::move(*levels_[level]);
            levels_[level].reset();
        }
        if (level == levels_.size()) {
            levels_.emplace_back();
        }
        levels_[level] = std::move(one);
    }
    // From the largest on, which is moved: to absorb it would hold all evidence twice.
    [[nodiscard]] Evidence take() {
        std::optional<Evidence> all;
        for (; !levels_.empty(); levels_.pop_back()) {
            std::optional<Evidence>& level = levels_.back();
            if (level && all) {
                all->absorb(*level);
            } else if (level) {
                all = std::move(level);
            }
            level.reset();
        }
        return all ? std::move(*all) : Evidence{};
    }

private:
    std::vector<std::optional<Evidence>> levels_;
};

class Collector {
public:
    Collector(const ReadRequest& request, const Settings& settings)
        : request_{request}, settings_{settings} {}

    void take(input::Stream& stream, bool named) {
        if (request_.hash) {
            stream.hash();
        }
        if (request_.on_source) {
            request_.on_source(stream.name());
        }
        const Sample sample = stream.sample();
        const Reader* reader = reader_for(sample);
        Input input{.name = stream.name()};
        Evidence shard;
        if (reader == nullptr) {
            not_recognised(stream, sample, named, input);
        } else {
            input.reader = reader->id;
            try {
                reader->read(stream, request_.options, shard, input);
                finish(stream, input);
                judge(input);
                if (!reader->carries_inputs) {
                    refuse_overlap(input, shard.workload);
                }
                ++understood_;
                pile_.add(std::move(shard));
                if (reader->carries_inputs && !stream.damage()) {
                    return;
                }
            } catch (const Error& error) {
                input.note = error.parts().what + ": " + error.parts().why;
                input.in_part = true;
                result_.errors.push_back(error);
                finish(stream, input);
            }
        }
        inputs_.push_back(std::move(input));
    }

    // The files of a rotated log together; false when they are to be read one by one.
    [[nodiscard]] bool take_set(const std::vector<std::string>& files) {
        // A shard's digest must not depend on which other files happen to be in the shard.
        if (request_.may_be_nothing) {
            return false;
        }
        std::optional<JoinedRead> joined =
            read_joined(files, request_, reader_for, settings_.value_of(unread_warns));
        if (!joined) {
            return false;
        }
        try {
            refuse_overlap(joined->input, joined->shard.workload);
            ++understood_;
            pile_.add(std::move(joined->shard));
        } catch (const Error& error) {
            joined->input.note = error.parts().what + ": " + error.parts().why;
            joined->input.in_part = true;
            result_.errors.push_back(error);
        }
        inputs_.push_back(std::move(joined->input));
        return true;
    }

    [[nodiscard]] ReadResult finished() {
        if (understood_ == 0 && !request_.may_be_nothing) {
            nothing_read();
        }
        result_.evidence = pile_.take();
        std::ranges::for_each(result_.evidence.inputs, [&](const Input& input) { carried(input); });
        result_.evidence.inputs.insert(
            result_.evidence.inputs.end(), inputs_.begin(), inputs_.end());
        result_.evidence.settle();
        return std::move(result_);
    }

private:
    void finish(input::Stream& stream, Input& input) const {
        drain(stream);
        input.bytes = std::max(input.bytes, stream.bytes());
        if (input.sha256.empty()) {
            input.sha256 = stream.bytes() == 0 ? std::string{} : stream.sha256();
        }
    }

    void judge(const Input& input) {
        if (is_refused(input, settings_.value_of(unread_refuses))) {
            throw too_much_unread(input);
        }
        if (unread_share(input) > settings_.value_of(unread_warns)) {
            result_.warnings.push_back(
                fmt::format("{}: {:.1f} % could not be read, first at line {}: {}",
                            input.name,
                            100 * unread_share(input),
                            input.first_skipped.line,
                            input.first_skipped.why));
        }
    }

    // Calls that two logs hold must not count twice. The first stays.
    void refuse_overlap(const Input& input, const Workload& workload) {
        const std::optional<Overlap> found = overlaps_.find_or_add(input.name, workload);
        if (!found) {
            return;
        }
        throw Error{
            {.status = Status::untrusted,
             .what = "two inputs hold the same part of a log",
             .where = input.name,
             .why = fmt::format("from {} to {} it says what {} says: {} of {} seconds that were "
                                "compared agree to the microsecond; it was left out, so that no "
                                "call counts twice",
                                to_text(found->from),
                                to_text(found->to),
                                found->with,
                                found->seconds,
                                found->looked_at),
             .remedy = "leave one of the two out, or cut the common part out of one"}};
    }

    void not_recognised(input::Stream& stream, const Sample& sample, bool named, Input& input) {
        input.note = sample.head.empty() ? "empty" : "no reader recognises it";
        finish(stream, input);
        if (stream.damage()) {
            damaged(stream, input);
        } else if (named) {
            result_.warnings.push_back(input.name + ": " + input.note + "; left out");
        }
        unknown_.push_back(input.name);
    }

    void damaged(const input::Stream& stream, Input& input) {
        input.note = *stream.damage();
        input.in_part = true;
        result_.errors.emplace_back(
            Error::Parts{.status = Status::untrusted,
                         .what = "an input is damaged",
                         .where = fmt::format("{} (after {} bytes)", stream.name(), stream.bytes()),
                         .why = *stream.damage(),
                         .remedy = "copy it again; what could be read before the damage was read"});
    }

    // Inputs of a digest: what was not whole where it was made is not whole here.
    void carried(const Input& input) {
        if (input.in_part) {
            result_.errors.emplace_back(
                Error::Parts{.status = Status::untrusted,
                             .what = "an input was not read whole when its digest was made",
                             .where = input.name,
                             .why = input.note,
                             .remedy = "digest it again from a sound copy, or leave it out"});
        }
    }

    [[noreturn]] void nothing_read() {
        if (!result_.errors.empty()) {
            throw result_.errors.front();
        }
        const bool none = unknown_.empty();
        throw Error{{.status = Status::unreadable,
                     .what = "there is nothing to read",
                     .where = fmt::format("{}", fmt::join(request_.paths, ", ")),
                     .why = none ? "no file is in it"
                                 : fmt::format("no reader recognises any of {} files, the first {}",
                                               unknown_.size(),
                                               unknown_.front()),
                     .remedy = "see what can be read, and how to get it: plimsoll doctor"}};
    }

    const ReadRequest& request_;
    const Settings& settings_;
    ReadResult result_;
    Pile pile_;
    Overlaps overlaps_;
    std::vector<Input> inputs_;
    std::size_t understood_ = 0;
    std::vector<std::string> unknown_;

public:
    // After a source whose bytes ended in damage although a reader understood what came before.
    void note_damage(const input::Stream& stream) {
        if (stream.damage() && !inputs_.empty() && !inputs_.back().reader.empty()) {
            damaged(stream, inputs_.back());
        }
    }
};

}  // namespace

ReadResult read(const ReadRequest& request, const Settings& settings) {
    Collector collector{request, settings};
    input::for_each_source(
        request.paths,
        [&](input::Stream& stream, bool named) {
            collector.take(stream, named);
            collector.note_damage(stream);
        },
        request.on_bytes,
        [&](const std::vector<std::string>& files) { return collector.take_set(files); });
    return collector.finished();
}

}  // namespace plimsoll::app
