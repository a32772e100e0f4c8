#pragma once
#include <functional>
#include <string>
#include <vector>

#include <hindsight/hindsight.hpp>

/// A model and samples that fit it, ready to be explained: in float64 and in evaluation mode.
struct Opened {
  hindsight::nn::Sequential network;
  /// The mean loss of outputs that the network gave.
  hindsight::train::LossFunction loss;
  /// [N, classes] from the network's output.
  std::function<hindsight::Tensor(const hindsight::Tensor& output)> probabilities;
  std::vector<std::string> feature_names, class_names;
  /// [N, F], as the table has them, and what the network takes instead of them, in operations.
  hindsight::Tensor rows;
  std::function<hindsight::Tensor(const hindsight::Tensor& rows)> scaled;
  /// What the network takes, [N, F], as large as `rows` once more.
  std::function<hindsight::Tensor()> features;
  /// What is to be remarked about the samples: scaled, made up for want of data, or nothing.
  enum class Samples : std::uint8_t { plain, scaled, invented } samples_are;
  /// What the loss takes, and the same as class indices.
  hindsight::Tensor targets;
  std::vector<std::int64_t> classes;
  /// The mean of each feature over the rows that the network learned from, as the table has them.
  std::vector<double> means;
  /// "sample 17 (wine.csv, line 19)"
  std::function<std::string(std::int64_t sample)> sample_name;

  std::int64_t samples() const { return rows.size(0); }
};

/// True for "lesson", for a file that ends in .safetensors, and for a folder that `hindsight train` wrote.
bool names_a_model(const std::string& argument);

/// Opens what `hindsight train` saved (the file, or the folder that holds it) with the rows of a CSV file
/// that has its columns, or the trained network of the demo ("lesson"), which brings its own data. Without
/// `data` four rows are invented. Throws FileError, and ValueError for columns and labels that do not fit.
Opened open_model(const std::string& model, const std::string& data);

/// Throws ValueError that names a weight or a feature that is not finite, and AnomalyError that names the
/// operation which makes something so of these samples: an explanation of such numbers would be none.
void require_finite(const Opened& opened, const std::vector<std::int64_t>& samples);
/// The same of all samples.
void require_finite(const Opened& opened);
/// The first half of it, without a pass over the samples.
void require_finite_weights(const Opened& opened);

/// "0.weight[3,1]": the parameter, and the row-major position of its element. Throws ValueError for a name,
/// and IndexError for a position that the network does not have.
std::pair<hindsight::Parameter, std::int64_t> find_weight(const hindsight::nn::Module& network,
                                                          const std::string& text);
