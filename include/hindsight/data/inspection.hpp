#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <hindsight/data/ceiling.hpp>
#include <hindsight/data/classification.hpp>

namespace hindsight::data {

/// A feature that tells the class by itself: probably the target under another name, or something that is
/// known only after the answer.
struct Leak {
  enum class Kind : std::uint8_t {
    copy,       // few values, and each means one class, but for a row or one in a hundred
    separates,  // sorted by it, the rows of each class lie together, but for one
  };
  std::size_t feature;
  Kind kind;
  /// The share of rows that are right when the feature alone is asked. Rows that contradict others count as
  /// wrong, and are no excuse: nothing tells them.
  double accuracy;
};

/// What a table allows to be learned, before anything is trained.
struct Inspection {
  std::int64_t samples = 0;
  std::vector<std::string> feature_names, class_names;
  std::string target;
  /// Rows of each class.
  std::vector<std::int64_t> class_counts;
  /// Contradictions, and the bounds of accuracy and loss that follow from them.
  Ceiling ceiling;
  /// Groups of rows that are equal in features and class.
  std::vector<std::vector<std::int64_t>> duplicates;
  /// Features that have one value in all rows.
  std::vector<std::size_t> constant;
  /// Features that are equal in all rows: the later one, and the first that it repeats.
  std::vector<std::pair<std::size_t, std::size_t>> repeated;
  /// Features that are another one in another scale, a·x + b to six digits: the later one, and the first.
  std::vector<std::pair<std::size_t, std::size_t>> rescaled;
  std::vector<Leak> leaks;

  /// The class that most rows have; the first of several.
  std::size_t majority() const;
  double majority_accuracy() const;
  /// Rows of the largest class for each of the smallest.
  double imbalance() const;
  /// Rows that could go if each group of duplicates kept one.
  std::int64_t surplus() const;
};

/// Looks for contradicting labels, duplicated rows, constant and repeated features, features that leak the
/// class, and imbalance.
Inspection inspect(const Classification& samples);

/// Says where a row stands, for readers: "line 7".
using RowName = std::function<std::string(std::int64_t)>;

std::string to_text(const Inspection& inspection, const RowName& row_name = {});
std::string to_json(const Inspection& inspection);

}  // namespace hindsight::data
