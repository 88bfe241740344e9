#include "app/sql.hpp"

#include <cmath>

namespace plimsoll::app {

SqlValue sql_number(double value) {
    return std::isfinite(value) ? SqlValue{value} : SqlValue{};
}

Sql open_sql(const std::string& name) {
    return name.starts_with("postgresql://") || name.starts_with("postgres://")
               ? open_postgres(name)
               : open_sqlite(name);
}

}  // namespace plimsoll::app
