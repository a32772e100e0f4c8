#pragma once
#include <string>
#include <vector>

#include <hindsight/data/csv.hpp>
#include <hindsight/tensor.hpp>

namespace hindsight::data {

/// Samples and the class of each, with the names that the numbers stand for.
struct Classification {
  /// [samples, features], float64 and as they were read: a float32 would lose digits that scaling still
  /// needs.
  Tensor features;
  /// [samples], int64: indices into class_names.
  Tensor classes;
  std::vector<std::string> feature_names;
  std::vector<std::string> class_names;
  std::string target;

  std::int64_t samples() const { return features.size(0); }
};

struct ClassificationOptions {
  /// The column that holds the classes.
  std::string target = {};
  /// Columns that are no features: numbers of rows, names, texts.
  std::vector<std::string> ignore = {};
};

/// Reads classes from the target column and features from all other columns that are not ignored. Labels may
/// be texts or numbers; classes are in the order of their names, by value when all are numbers (then 1
/// and 1.0 are one class). Throws FileError naming file, line and column for a cell that is no finite number,
/// a missing label, one class only, and a target that looks like a quantity; ValueError for a column that
/// does not exist, and when no feature is left.
Classification classification(const Table& table, const ClassificationOptions& options);

}  // namespace hindsight::data
