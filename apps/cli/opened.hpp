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
  /// What the network takes, [N, F]; a row of no meaning where no data were given.
  hindsight::Tensor features;
  /// What the loss takes, and the same as class indices.
  hindsight::Tensor targets;
  std::vector<std::int64_t> classes;
  /// The mean of each feature, as the network takes it.
  std::vector<double> means;
  /// "sample 17 (wine.csv, line 19)"
  std::function<std::string(std::int64_t sample)> sample_name;

  std::int64_t samples() const { return features.size(0); }
};

/// True for "lesson", for a file that ends in .safetensors, and for a folder that `hindsight train` wrote.
bool names_a_model(const std::string& argument);

/// Opens what `hindsight train` saved (the file, or the folder that holds it) with the rows of a CSV file
/// that has its columns, or the trained network of the demo ("lesson"), which brings its own data. Without
/// `data` there is one row of zeros of the first class. Throws FileError, and ValueError for columns and
/// labels that do not fit.
Opened open_model(const std::string& model, const std::string& data);

/// "0.weight[3,1]": the parameter, and the row-major position of its element. Throws ValueError for a name,
/// and IndexError for a position that the network does not have.
std::pair<hindsight::Parameter, std::int64_t> find_weight(const hindsight::nn::Module& network,
                                                          const std::string& text);
