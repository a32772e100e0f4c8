#include <algorithm>

#include <hindsight/data/inspection.hpp>

#include "base/counted.hpp"
#include "base/format.hpp"
#include "base/json_writer.hpp"
#include "data/table.hpp"

namespace hindsight::data {
namespace {

constexpr std::size_t most_lines = 10;

class Report {
 public:
  Report(const Inspection& inspection, const RowName& row_name) : found_(inspection), row_name_(row_name) {}

  std::string str() {
    classes();
    contradictions();
    duplicates();
    features();
    leaks();
    return text_;
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> text, Args&&... args) {
    text_ += formatted(text, std::forward<Args>(args)...) + '\n';
  }
  /// The first of many, each by `show`, and how many are left out.
  template <class Range, class Show>
  void list(const Range& entries, Show show) {
    for (std::size_t k = 0; k < std::min(most_lines, entries.size()); ++k) line("  {}", show(entries[k]));
    if (entries.size() > most_lines) line("  and {} more", entries.size() - most_lines);
  }
  std::string feature(std::size_t i) const { return shown(found_.feature_names[i]); }
  std::string rows(const std::vector<std::int64_t>& indices) const {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < std::min(most_lines, indices.size()); ++k)
      names.push_back(row_name_ ? row_name_(indices[k]) : formatted("row {}", indices[k]));
    if (indices.size() > most_lines) names.push_back(formatted("{} more", indices.size() - most_lines));
    return joined(names, ", ");
  }
  double share(std::int64_t count) const {
    return static_cast<double>(count) / static_cast<double>(found_.samples);
  }

  void classes() {
    line("Classes of {}:", shown(found_.target));
    std::vector<std::size_t> order(found_.class_names.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return found_.class_counts[a] > found_.class_counts[b];
    });
    list(order, [this](std::size_t k) {
      return formatted("{}: {}, {:.1f} %", shown(found_.class_names[k]),
                       counted(static_cast<std::size_t>(found_.class_counts[k]), "row"),
                       100 * share(found_.class_counts[k]));
    });
    constexpr double notable = 3;
    line("  always saying {} is right in {:.3f} of all rows{}", shown(found_.class_names[found_.majority()]),
         found_.majority_accuracy(),
         found_.imbalance() < notable
             ? std::string()
             : formatted(": the classes are unbalanced, {:.3g} to 1, so hold accuracies against that",
                         found_.imbalance()));
  }

  void contradictions() {
    const Ceiling& ceiling = found_.ceiling;
    if (ceiling.contradictions.empty()) {
      line("Contradictions: none. All {} can be right at once.",
           counted(static_cast<std::size_t>(found_.samples), "row"));
      return;
    }
    line("Contradictions: {} of rows with equal features and different classes:",
         counted(ceiling.contradictions.size(), "group"));
    list(ceiling.contradictions, [this](const Contradiction& contradiction) {
      return formatted("{}: at most {} of {} right", rows(contradiction.samples), contradiction.best,
                       contradiction.samples.size());
    });
    line(
        "  So {} of {} is the best that any function of these features can do ({:.4g}), and no mean "
        "cross-entropy",
        ceiling.correct, ceiling.samples, ceiling.accuracy());
    line("  can be below {:.6g}.", ceiling.loss_floor);
  }

  void duplicates() {
    if (found_.duplicates.empty()) return line("Duplicated rows: none.");
    line("Duplicated rows: {} equal an earlier one in everything; held-out rows must not be among them:",
         found_.surplus());
    list(found_.duplicates, [this](const std::vector<std::int64_t>& group) { return rows(group); });
  }

  void features() {
    if (found_.constant.empty())
      line("Constant features: none.");
    else
      line("Constant features, from which nothing can be learned:");
    list(found_.constant, [this](std::size_t i) { return feature(i); });
    if (found_.repeated.empty() && found_.rescaled.empty()) return line("Repeated features: none.");
    line("Repeated features, equal in all rows or but for scale and zero:");
    list(found_.repeated, [this](const auto& pair) {
      return formatted("{} repeats {}", feature(pair.first), feature(pair.second));
    });
    list(found_.rescaled, [this](const auto& pair) {
      return formatted("{} is {} in another scale", feature(pair.first), feature(pair.second));
    });
  }

  void leaks() {
    if (found_.leaks.empty()) return line("Leaks: none. No feature tells the class by itself.");
    line("Leaks: features that tell the class by themselves. Are they known before the answer is?");
    list(found_.leaks, [this](const Leak& leak) {
      if (leak.kind == Leak::Kind::separates)
        return formatted("{}: sorted by it, the rows of each class lie together{}", feature(leak.feature),
                         leak.accuracy == 1 ? "" : formatted(", {:.2f} % of all", 100 * leak.accuracy));
      return leak.accuracy == 1
                 ? formatted("{} is {} in other words", feature(leak.feature), shown(found_.target))
                 : formatted("{} is {} in other words, in {:.2f} % of the rows", feature(leak.feature),
                             shown(found_.target), 100 * leak.accuracy);
    });
  }

  const Inspection& found_;
  const RowName& row_name_;
  std::string text_;
};

}  // namespace

std::string to_text(const Inspection& inspection, const RowName& row_name) {
  return Report(inspection, row_name).str();
}

std::string to_json(const Inspection& found) {
  JsonWriter json;
  const auto names = [&](const char* key, const std::vector<std::size_t>& features) {
    json.each(key, features, [&](std::size_t i) { json.value(found.feature_names[i]); });
  };
  const auto pairs = [&](const char* key, const auto& list, const char* of_first) {
    json.each(key, list, [&](const auto& pair) {
      json.object([&] {
        json.field("feature", found.feature_names[pair.first]);
        json.field(of_first, found.feature_names[pair.second]);
      });
    });
  };
  json.object([&] {
    json.field("rows", found.samples);
    json.field("target", found.target);
    json.field("features", found.feature_names);
    std::size_t k = 0;
    json.each("classes", found.class_names, [&](const std::string& name) {
      json.object([&] {
        json.field("name", name);
        json.field("rows", found.class_counts[k++]);
      });
    });
    json.field("majority", found.class_names[found.majority()]);
    json.field("majority_accuracy", found.majority_accuracy());
    json.field("imbalance", found.imbalance());
    json.each("contradictions", found.ceiling.contradictions, [&](const Contradiction& contradiction) {
      json.object([&] {
        json.field("rows", contradiction.samples);
        json.field("best", contradiction.best);
      });
    });
    json.key("ceiling");
    json.object([&] {
      json.field("correct", found.ceiling.correct);
      json.field("accuracy", found.ceiling.accuracy());
      json.field("loss_floor", found.ceiling.loss_floor);
    });
    json.field("duplicates", found.duplicates);
    names("constant_features", found.constant);
    pairs("repeated_features", found.repeated, "repeats");
    pairs("rescaled_features", found.rescaled, "is");
    json.each("leaks", found.leaks, [&](const Leak& leak) {
      json.object([&] {
        json.field("feature", found.feature_names[leak.feature]);
        json.field("kind", leak.kind == Leak::Kind::copy ? "copy" : "separates");
        json.field("accuracy", leak.accuracy);
      });
    });
  });
  return std::move(json).text();
}

}  // namespace hindsight::data
