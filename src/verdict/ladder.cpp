#include "verdict/ladder.hpp"

#include "verdict/load_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace plimsoll::verdict {
namespace {

[[nodiscard]] bool names(const Effect& effect, const Limit& limit) {
    return effect.limit.ends_with('*')
               ? limit.id.starts_with(effect.limit.substr(0, effect.limit.size() - 1))
               : limit.id == effect.limit;
}

// The single figure by which two lines are compared: the point, or the upper bound when there is
// none.
[[nodiscard]] double height(const LoadLine& line) {
    return std::isnan(line.at) ? line.high : line.at;
}

[[nodiscard]] double height_of(std::span<const Limit> limits) {
    return height(load_line(limits));
}

constexpr double noticeable = 1.005;  // less than half a percent is rounding, not a gain

[[nodiscard]] bool clears_any(const Remedy& remedy, std::span<const std::string> signs) {
    return std::ranges::any_of(remedy.clears, [&](const std::string& sign) {
        return std::ranges::find(signs, sign) != signs.end();
    });
}

[[nodiscard]] bool about_database(const Remedy& remedy) {
    return std::ranges::any_of(remedy.effects, [](const Effect& effect) {
        return effect.limit.starts_with("database") || effect.limit.starts_with("connection");
    });
}

// One offer for each id: the same index may be proposed by two checks.
[[nodiscard]] std::vector<Offer> without_doubles(std::vector<Offer> offers) {
    std::map<std::string, Offer> by_id;
    for (Offer& offer : offers) {
        const auto [found, fresh] = by_id.try_emplace(offer.remedy.id, offer);
        if (!fresh) {
            std::vector<std::string>& evidence = found->second.evidence;
            evidence.insert(evidence.end(), offer.evidence.begin(), offer.evidence.end());
        }
    }
    std::vector<Offer> out;
    for (auto& [id, offer] : by_id) {
        out.push_back(std::move(offer));
    }
    return out;
}

[[nodiscard]] double gain_alone(const Remedy& remedy) {
    double gain = 1;
    for (const Effect& effect : remedy.effects) {
        gain = std::max(gain, std::isnan(effect.factor.at) ? effect.factor.low : effect.factor.at);
    }
    return gain;
}

void order(std::vector<Offer>& offers) {
    std::ranges::sort(offers, [](const Offer& a, const Offer& b) {
        if (a.remedy.rung != b.remedy.rung) {
            return a.remedy.rung < b.remedy.rung;
        }
        if (about_database(a.remedy) != about_database(b.remedy)) {
            return about_database(a.remedy);
        }
        const double gain_a = gain_alone(a.remedy);
        const double gain_b = gain_alone(b.remedy);
        return gain_a != gain_b ? gain_a > gain_b : a.remedy.id < b.remedy.id;
    });
}

[[nodiscard]] std::vector<Limit> apply_all(std::vector<Limit> limits,
                                           const std::vector<Offer>& offers,
                                           const Offer* but) {
    for (const Offer& offer : offers) {
        if (&offer != but) {
            limits = apply(offer.remedy, std::move(limits));
        }
    }
    return limits;
}

// Takes out, most disruptive first, what the rest does as well without.
void prune(std::span<const Limit> limits,
           std::vector<Offer>& offers,
           std::span<const std::string> signs,
           double target) {
    const std::vector<Limit> start{limits.begin(), limits.end()};
    for (std::size_t i = offers.size(); i-- > 0;) {
        const double with = std::min(target, height_of(apply_all(start, offers, nullptr)));
        const double without = std::min(target, height_of(apply_all(start, offers, &offers[i])));
        // To measure disrupts nothing, and is what makes the next rung a known one.
        const bool free = offers[i].remedy.rung == Rung::measure;
        if (with <= without * noticeable && !free && !clears_any(offers[i].remedy, signs)) {
            offers.erase(offers.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
}

[[nodiscard]] std::string also(const Remedy& remedy, std::span<const std::string> signs) {
    std::string out;
    for (const std::string& sign : remedy.clears) {
        if (std::ranges::find(signs, sign) != signs.end()) {
            out += (out.empty() ? "works on " : ", ") + sign;
        }
    }
    return out;
}

[[nodiscard]] Prescription prescribe(const Offer& offer, std::span<const std::string> signs) {
    const Remedy& remedy = offer.remedy;
    return {.id = remedy.id,
            .rung = remedy.rung,
            .title = remedy.title,
            .action = remedy.action,
            .effort = remedy.effort,
            .reach = remedy.reach,
            .undo = remedy.undo,
            .also = also(remedy, signs),
            .clears = remedy.clears,
            .verify = remedy.verify,
            .model = remedy.model,
            .evidence = offer.evidence};
}

// Where today's limits would lie after this rung alone.
[[nodiscard]] std::vector<Prediction> predict(const Remedy& remedy, std::span<const Limit> limits) {
    std::vector<Prediction> out;
    for (const Limit& limit : limits) {
        const auto moves = [&](const Effect& effect) { return names(effect, limit); };
        if (limit.status != LimitStatus::measured || std::ranges::none_of(remedy.effects, moves)) {
            continue;
        }
        const Limit after = apply(remedy, {limit}).front();
        out.push_back({.limit = limit.id,
                       .before = {.at = limit.at, .low = limit.low, .high = limit.high},
                       .after = {.at = after.at, .low = after.low, .high = after.high}});
    }
    return out;
}

// Splitting off needs a criterion, of which offload.split alone speaks; sharding and rebuilding are
// never a rung by effect.
[[nodiscard]] bool may_be_offered(const Remedy& remedy) {
    const bool by_effect = remedy.rung == Rung::shard || remedy.rung == Rung::rebuild;
    return !by_effect && (remedy.rung != Rung::split ||
                          remedy.model.find("extraction criterion") != std::string::npos);
}

}  // namespace

std::vector<Limit> apply(const Remedy& remedy, std::vector<Limit> limits) {
    for (Limit& limit : limits) {
        for (const Effect& effect : remedy.effects) {
            if (names(effect, limit) && limit.status == LimitStatus::measured) {
                limit.at *= effect.factor.at;
                limit.low *= effect.factor.low;
                limit.high *= effect.factor.high;
            }
        }
    }
    return limits;
}

std::vector<Prescription> ladder(std::span<const Limit> limits,
                                 std::vector<Offer> offers,
                                 std::span<const std::string> signs_present,
                                 double target) {
    offers = without_doubles(std::move(offers));
    std::erase_if(offers, [](const Offer& offer) { return !may_be_offered(offer.remedy); });
    order(offers);
    prune(limits, offers, signs_present, target);
    std::vector<Prescription> out;
    std::vector<Limit> now{limits.begin(), limits.end()};
    for (const Offer& offer : offers) {
        const LoadLine before = load_line(now);
        now = apply(offer.remedy, std::move(now));
        const LoadLine after = load_line(now);
        Prescription rung = prescribe(offer, signs_present);
        rung.predictions = predict(offer.remedy, limits);
        rung.order = static_cast<int>(out.size()) + 1;
        if (before.measured > 0 && !offer.remedy.effects.empty()) {
            rung.effect = LineEffect{
                .from = height(before), .to = height(after), .low = after.low, .high = after.high};
        }
        out.push_back(std::move(rung));
    }
    return out;
}

}  // namespace plimsoll::verdict
