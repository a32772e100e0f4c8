#pragma once
#include <functional>
#include <string>
#include <vector>

#include <hindsight/hindsight.hpp>

/// Small random networks of every activation and loss, in float64, with the graph of their loss.
namespace networks {

namespace hs = hindsight;
using hs::Tensor;

struct Network {
  std::string description;
  hs::nn::Sequential model;
  Tensor features;
  Tensor loss;
  /// The loss once more, from the weights that the model has now.
  std::function<Tensor()> compute;
};

/// The network of that number: its activation, loss, depth, widths and batch follow from it.
Network random_network(std::uint32_t number);

/// Lets the value through twice where it is positive: defined here and nowhere else.
Tensor doubled(const Tensor& x);
/// Each element less so many times its right neighbour, around the end of its row; states neither `local` nor
/// partials. Once: the columns of its Jacobian cancel. Twice: their sums look like columns of one entry.
Tensor mixed(const Tensor& x, double times);

}  // namespace networks
