#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <hindsight/data/classification.hpp>
#include <hindsight/data/safetensors.hpp>
#include <hindsight/data/split.hpp>
#include <hindsight/data/standardizer.hpp>
#include <hindsight/nn/layers.hpp>
#include <hindsight/train/fit.hpp>

namespace hindsight::train {

/// A trained network with all that is needed to use it on new rows. The network takes scaled features and
/// ends in one logit for two classes (that of the second), in one a class for more.
struct Classifier {
  nn::Sequential model;
  data::Standardizer scaling;
  std::vector<std::string> feature_names;
  std::vector<std::string> class_names;
  /// What the classes are classes of: the name of their column.
  std::string target;

  /// [N, classes] for features [N, F] as they were read, unscaled; each row adds up to 1.
  Tensor probabilities(const Tensor& features) const;
  /// The most probable class of each row, [N], int64.
  Tensor predict(const Tensor& features) const;
};

struct ClassifierOptions {
  /// Widths of the hidden layers, each followed by a ReLU; none is logistic regression.
  std::vector<std::int64_t> hidden = {16, 16};
  /// The share of rows to hold out.
  double validation = 0.2;
  double lr = 0.01;
  double momentum = 0.9;
  FitOptions fit = {};
};

struct FittedClassifier {
  Classifier classifier;
  std::vector<Epoch> history;
  data::Split split;
  /// The most frequent class of the training rows, and the share of the validation rows that have it (0
  /// without any): what a guess reaches that looks at no feature.
  std::int64_t majority_class = 0;
  double majority_accuracy = 0;
};

/// Splits, scales by the training rows, and fits a network with momentum SGD: binary cross-entropy on one
/// logit for two classes, cross-entropy for more. Split, initial weights and shuffles are drawn in this order
/// from the default generator, so that manual_seed() fixes the result. Throws ValueError for widths below 1,
/// and what stratified_split() and fit() throw.
FittedClassifier fit_classifier(const data::Classification& samples, const ClassifierOptions& options = {});

/// The network as tensors with PyTorch's names ("0.weight"); all else as metadata: "architecture",
/// "features", "mean", "std" and "classes" in JSON, "target" and "hindsight" (the version) as they are.
data::Safetensors pack_model(const Classifier& classifier);
/// Throws FileError, naming `source`, for content that pack_model() would not have made.
Classifier unpack_model(const data::Safetensors& content, const std::string& source);

/// Writes a .safetensors file, whole or not at all. Throws FileError.
void save_model(const std::string& path, const Classifier& classifier);
Classifier load_model(const std::string& path);

}  // namespace hindsight::train
