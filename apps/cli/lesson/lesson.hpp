#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <hindsight/hindsight.hpp>

/// The lesson that `hindsight demo` gives: one network, learned in several ways that must agree.
namespace lesson {

namespace hs = hindsight;
using hs::Tensor;

struct Settings {
  std::uint32_t seed = 42;
  /// Widths of the hidden layers; none for logistic regression.
  std::vector<std::int64_t> hidden = {16};
  std::int64_t iterations = 5000;
  double lr = 0.5;
  std::int64_t points = 100;
  std::int64_t classes = 2;
};

/// The data and the initial weights, drawn from one stream as the lesson's NumPy program draws them. float64.
struct Start {
  Tensor X;
  /// What the library's loss takes: [N, 1] of 0 and 1, or int64 classes [N].
  Tensor targets;
  /// What the formulas take: [N, 1] of 0 and 1, or one-hot [N, classes].
  Tensor y;
  /// in × out, layer by layer.
  std::vector<Tensor> W, b;
};
Start start(const Settings& settings);
/// The same data with other hidden layers.
Start with_hidden(const Settings& settings, std::vector<std::int64_t> hidden);

/// What is kept of one way to learn. Weights and gradients are in the lesson's layout: W₁, b₁, W₂, b₂, …, in
/// × out.
struct Run {
  std::string way;
  std::vector<double> losses;
  std::vector<std::pair<std::int64_t, double>> accuracies;  // at the iterations that are logged
  std::vector<Tensor> first_gradients;
  std::vector<Tensor> weights;
  std::function<Tensor(const Tensor& X)> predict;
  double microseconds = 0;  // an iteration, median of blocks
};

bool is_logged(std::int64_t iteration, const Settings& settings);

Run by_hand(const Settings& settings, const Start& from);
Run by_autograd(const Settings& settings, const Start& from);
Run by_plan(const Settings& settings, const Start& from);

/// The network in the PyTorch-like API, with the start's weights, in float64.
hs::nn::Sequential model_of(const Start& from);
/// Its loss on the lesson's data.
Tensor loss_of(const hs::nn::Module& model, const Start& data);

/// The largest difference between two lists of tensors, relative to the largest number of each tensor.
double largest_difference(const std::vector<Tensor>& a, const std::vector<Tensor>& b);
/// The largest relative difference between two lists of losses.
double largest_difference(const std::vector<double>& a, const std::vector<double>& b);

/// The last accuracy of the network as a user would train it: float32, the library's default initialiser.
struct SeedResult {
  std::uint32_t seed;
  double loss;
  double accuracy;
};
std::vector<SeedResult> from_default_initialisers(const Settings& settings, std::uint32_t seeds,
                                                  const std::function<void(std::uint32_t)>& progress);

struct Picture {
  std::string name;  // "loss.png"
  std::string bytes;
};
/// Loss curve and decision boundary, alone, side by side, and beside logistic regression, each as PNG and
/// SVG; nothing when the program was built without pictures.
std::vector<Picture> draw(const Settings& settings, const Start& data, const Run& network,
                          const Run& logistic, double loss_floor);
/// Their names.
std::vector<std::string> picture_names();

}  // namespace lesson
