// Shadow: an empty database that the planner believes to hold N times the data.
//
// Law: the schema is made from the capture; the files of heaps and indexes are stretched with holes
// to the size they would have; sizes and statistics are written into the catalogue. The planner
// reads nothing else, so EXPLAIN gives the plan of the real database (measured: the same shape in
// 37 of 38 at 10x, 38 of 38 at 100x). An empty b-tree says that it has no root, so its holes are
// never read. Nothing but EXPLAIN is ever run on the data. Blind spots: functions and operators of
// extensions that are not installed here, statistics on expressions.
#pragma once

#include "app/planner/scaling.hpp"
#include "app/planner/scratch_cluster.hpp"
#include "app/planner/statements.hpp"

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace plimsoll::app::planner {

class Link;

// A change of the schema that the server would not make.
struct Refusal {
    std::string statement;
    std::string why;       // the server's message, without the piece of the statement it repeats
    std::size_t line = 0;  // 1-based, of the text of the change
};

struct Node {
    int parent = -1;
    std::string type;
    std::string relation;
    std::string index;
    double rows = 0;
    double cost = 0;
    bool hashed_subplan = false;
    friend bool operator==(const Node&, const Node&) = default;
};

struct Explained {
    std::vector<Node> nodes;  // in preorder
    double cost = 0;
    double startup_cost = 0;
    std::string refused;  // why there is no plan; empty when there is one
    [[nodiscard]] bool ok() const noexcept { return refused.empty(); }
    // "Limit(Sort(Seq Scan orders))": equal texts are equal plans, but for their figures.
    [[nodiscard]] std::string shape() const;
};

// What EXPLAIN (FORMAT JSON) printed. Throws std::exception when it is no plan.
[[nodiscard]] Explained explained(const std::string& json);

class Shadow {
public:
    // Throws Error when the schema cannot be made at all; single objects that cannot are notes.
    // `name` is that of the database: a cluster holds as many as have different ones.
    Shadow(const ScratchCluster& cluster,
           const DatabaseCapture& capture,
           std::map<std::string, Growth> growth,
           std::string name = "shadow");
    ~Shadow();
    Shadow(const Shadow&) = delete;
    Shadow& operator=(const Shadow&) = delete;

    // From now on the data is so many times today's.
    void scale(double factor);
    // A change of the schema: CREATE INDEX, ALTER TABLE ... Throws Error (usage) with the server's
    // message when it cannot be made. scale() takes it in.
    void change(const std::string& sql);
    // The same, in a session of its own as psql -f would run it: what it sets does not last, and
    // what it begins it must commit. What was made before a refusal stays.
    [[nodiscard]] std::optional<Refusal> attempt(const std::string& sql);
    [[nodiscard]] Explained explain(const Asked& asked);
    // From now on a page costs so many times what the captured settings say; 1 puts it back.
    void scale_page_costs(double factor);
    [[nodiscard]] const std::string& database() const noexcept { return name_; }
    [[nodiscard]] double scale_now() const noexcept { return scale_; }
    [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }
    // Tables ("schema.name") whose statistics no longer fit after a change: plans of them are
    // guesses.
    [[nodiscard]] const std::set<std::string>& lost() const noexcept { return lost_; }

private:
    void make_database();
    void make_schema();
    void make(const std::string& sql, const std::string& what);
    void stretch(const std::string& path, std::int64_t pages) const;
    void write_sizes(const Scaled& now);
    void write_statistics(const Scaled& now);
    void size_new_indexes();
    void empty_files();

    const ScratchCluster& cluster_;
    const DatabaseCapture& capture_;
    std::map<std::string, Growth> growth_;
    std::string name_;
    std::unique_ptr<Link> link_;
    double scale_ = 1;
    bool changed_ = false;
    std::vector<std::string> notes_;
    std::set<std::string> lost_;
    std::optional<std::array<double, 2>> page_costs_;  // sequential, random
};

}  // namespace plimsoll::app::planner
