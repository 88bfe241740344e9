#include "verdict/signs.hpp"

#include "verdict/sign_texts.hpp"

#include <algorithm>
#include <numeric>

namespace plimsoll::verdict {
namespace {

constexpr double explains_a_sign =
    0.5;  // share from which a cause is the cause (research: limits 3.2)

// What one check said about a sign.
struct Voice {
    const Check* check = nullptr;
    const Finding* finding = nullptr;
};

[[nodiscard]] std::vector<Voice> voices_on(Sign sign,
                                           std::span<const Check* const> checks,
                                           std::span<const Finding> findings) {
    std::vector<Voice> voices;
    for (std::size_t i = 0; i < checks.size(); ++i) {
        if (checks[i]->sign == sign) {
            voices.push_back({.check = checks[i], .finding = &findings[i]});
        }
    }
    return voices;
}

// The voice that speaks for the sign: a deciding "present" first, then any "latent", then a
// deciding "absent", then whichever deciding check says what is missing.
[[nodiscard]] const Voice* speaker(const std::vector<Voice>& voices) {
    const auto rank = [](const Voice& voice) {
        const Outcome outcome = voice.finding->outcome;
        const bool decides = voice.check->decides;
        if (outcome == Outcome::present && decides) {
            return 5 + static_cast<int>(voice.finding->confidence);
        }
        if (outcome == Outcome::latent) {
            return 4;
        }
        if (outcome == Outcome::absent && decides) {
            return 3;
        }
        return decides ? 2 : 1;
    };
    const auto best = std::ranges::max_element(voices, {}, rank);
    return best == voices.end() ? nullptr : &*best;
}

[[nodiscard]] Outcome state_of(const Voice& voice) {
    const Outcome outcome = voice.finding->outcome;
    const bool may = voice.check->decides || outcome == Outcome::latent;
    return may ? outcome : Outcome::insufficient;
}

[[nodiscard]] SignVerdict verdict_on(Sign sign, const std::vector<Voice>& voices) {
    const SignText& text = text_of(sign);
    SignVerdict out{.id = sign,
                    .title = std::string{text.title},
                    .why_patching_fails = std::string{text.why_patching_fails},
                    .re_architecture = std::string{text.re_architecture},
                    .would_prove_wrong = std::string{text.would_prove_wrong}};
    for (const Voice& voice : voices) {
        out.findings.emplace_back(voice.check->id);
        for (const Exhibit& exhibit : voice.finding->exhibits) {
            out.exhibits.push_back(exhibit.id);
        }
    }
    if (const Voice* voice = speaker(voices)) {
        out.state = state_of(*voice);
        out.says = voice->finding->says;
        out.measures = voice->finding->measures;
        out.confidence_why = voice->finding->confidence_why;
        if (out.state != Outcome::insufficient && out.state != Outcome::failed) {
            out.score = voice->finding->score;
            out.confidence = voice->finding->confidence;
        }
    }
    return out;
}

// Causes that explain half or more of what a sign's deciding checks found.
[[nodiscard]] std::vector<std::string> main_causes(const std::vector<Voice>& voices) {
    std::vector<std::string> causes;
    for (const Voice& voice : voices) {
        if (voice.check->decides && voice.finding->outcome == Outcome::present) {
            for (const auto& [cause, share] : voice.finding->causes) {
                if (share >= explains_a_sign) {
                    causes.push_back(cause);
                }
            }
        }
    }
    std::ranges::sort(causes);
    return causes;
}

[[nodiscard]] std::string shared_cause(const std::vector<std::string>& a,
                                       const std::vector<std::string>& b) {
    for (const std::string& cause : a) {
        if (std::ranges::binary_search(b, cause)) {
            return cause;
        }
    }
    return {};
}

}  // namespace

std::vector<SignVerdict> signs(std::span<const Check* const> checks,
                               std::span<const Finding> findings) {
    std::vector<SignVerdict> out;
    for (std::size_t i = 0; i < texts_of<Sign>.size(); ++i) {
        const Sign sign = static_cast<Sign>(i);
        out.push_back(verdict_on(sign, voices_on(sign, checks, findings)));
    }
    return out;
}

SignCount count_signs(std::span<const Check* const> checks,
                      std::span<const Finding> findings,
                      std::span<const SignVerdict> signs) {
    std::vector<std::vector<std::string>> causes;
    for (const SignVerdict& sign : signs) {
        if (sign.state == Outcome::present && sign.confidence >= Confidence::medium) {
            causes.push_back(main_causes(voices_on(sign.id, checks, findings)));
        }
    }
    SignCount count{.present = static_cast<int>(causes.size())};
    // Signs joined by a common cause form one group; groups are counted.
    std::vector<std::size_t> group(causes.size());
    std::iota(group.begin(), group.end(), std::size_t{0});
    for (std::size_t a = 0; a < causes.size(); ++a) {
        for (std::size_t b = a + 1; b < causes.size(); ++b) {
            const std::string cause = shared_cause(causes[a], causes[b]);
            if (!cause.empty()) {
                std::ranges::replace(group, group[b], group[a]);
                count.common_cause = count.common_cause.empty() ? cause : count.common_cause;
            }
        }
    }
    std::ranges::sort(group);
    count.independent = static_cast<int>(std::unique(group.begin(), group.end()) - group.begin());
    return count;
}

}  // namespace plimsoll::verdict
