#include "model/queueing.hpp"

#include "model/special.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plimsoll::model {

double erlang_b(std::uint32_t servers, double load) noexcept {
    const double offered = std::max(load, 0.0);
    double blocked = 1;  // with no server everything is refused
    for (std::uint32_t k = 1; k <= servers; ++k) {
        blocked = offered * blocked / (k + offered * blocked);
    }
    return blocked;
}

double erlang_c(std::uint32_t servers, double load) noexcept {
    if (load >= servers) {
        return 1;
    }
    const double rho = std::max(load, 0.0) / servers;
    const double blocked = erlang_b(servers, load);
    return blocked / (1 - rho * (1 - blocked));
}

double wait_tail(std::uint32_t servers, double rho, double time, Variability variability) noexcept {
    if (rho >= 1) {
        return 1;
    }
    if (time < 0) {
        return 1;
    }
    const double waits = erlang_c(servers, rho * servers);
    const double factor = variability.wait_factor();
    if (factor <= 0) {
        return 0;
    }
    return waits * std::exp(-(servers * (1 - rho) * time) / factor);
}

double mean_wait(std::uint32_t servers, double rho, Variability variability) noexcept {
    if (rho >= 1) {
        return std::numeric_limits<double>::infinity();
    }
    return erlang_c(servers, rho * servers) / (servers * (1 - rho)) * variability.wait_factor();
}

double wait_quantile(std::uint32_t servers,
                     double rho,
                     double q,
                     Variability variability) noexcept {
    if (rho >= 1) {
        return std::numeric_limits<double>::infinity();
    }
    const double waits = erlang_c(servers, rho * servers);
    if (waits <= 1 - q) {
        return 0;
    }
    return std::log(waits / (1 - q)) / (servers * (1 - rho)) * variability.wait_factor();
}

double safe_utilisation(std::uint32_t servers,
                        Variability variability,
                        WaitCriterion criterion) noexcept {
    if (servers == 0) {
        return 0;
    }
    return bisect(0, 1, [&](double rho) {
        return wait_quantile(servers, rho, criterion.q, variability) - criterion.wait;
    });
}

double utilisation_where_share_waits(std::uint32_t servers, double waiting) noexcept {
    if (servers == 0) {
        return 0;
    }
    return bisect(0, 1, [&](double rho) { return erlang_c(servers, rho * servers) - waiting; });
}

std::uint32_t servers_needed(double load,
                             Variability variability,
                             WaitCriterion criterion,
                             std::uint32_t most) noexcept {
    if (load <= 0) {
        return 0;
    }
    if (load >= most) {
        return most + 1;
    }
    std::uint32_t too_few = static_cast<std::uint32_t>(load);  // the load itself fills them
    std::uint32_t enough = most + 1;
    while (enough - too_few > 1) {
        const std::uint32_t servers = too_few + (enough - too_few) / 2;
        const double wait = wait_quantile(servers, load / servers, criterion.q, variability);
        (wait <= criterion.wait ? enough : too_few) = servers;
    }
    return enough;
}

}  // namespace plimsoll::model
