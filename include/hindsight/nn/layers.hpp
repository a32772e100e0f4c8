#pragma once
#include <initializer_list>
#include <limits>
#include <string_view>
#include <vector>

#include <hindsight/error.hpp>
#include <hindsight/nn/module.hpp>
#include <hindsight/random.hpp>

namespace hindsight::nn {

struct LinearOptions {
  bool bias = true;
  DType dtype = float32;
};

/// y = x·Wᵀ + b for x of shape [batch, in_features], or with any other number of axes of which the last has
/// in_features; weight is stored [out_features, in_features].
/// (torch.nn.Linear) Weight and bias start uniform in ±1/√in_features, drawn from the default generator when
/// the layer is first used or put into a container, whichever comes first.
class Linear : public Module {
 public:
  Linear(std::int64_t in_features, std::int64_t out_features, LinearOptions options = {});
  Parameter weight() const { return parameters()[0]; }
  /// Throws StateError when the layer was made without.
  Parameter bias() const;
};

/// max(0, x) (torch.nn.ReLU)
class ReLU : public Module {
 public:
  ReLU();
};

/// 1 / (1 + e^−x) (torch.nn.Sigmoid)
class Sigmoid : public Module {
 public:
  Sigmoid();
};

/// tanh x (torch.nn.Tanh)
class Tanh : public Module {
 public:
  Tanh();
};

struct LeakyReLUOptions {
  double negative_slope = 0.01;
};

/// x where it is positive, else negative_slope · x (torch.nn.LeakyReLU)
class LeakyReLU : public Module {
 public:
  explicit LeakyReLU(LeakyReLUOptions options = {});
};

struct SoftplusOptions {
  double beta = 1;
  double threshold = std::numeric_limits<double>::infinity();
};

/// log(1 + e^(beta x)) / beta, exact for every x (torch.nn.Softplus, which leaves the curve where beta x >
/// 20;
/// {.threshold = 20} does the same). Throws ValueError when beta is 0.
class Softplus : public Module {
 public:
  explicit Softplus(SoftplusOptions options = {});
};

struct GELUOptions {
  std::string_view approximate = "none";
};

/// x · Φ(x) with the normal distribution function Φ, by erf, or with {.approximate = "tanh"} by tanh
/// (torch.nn.GELU). Throws ValueError for any other.
class GELU : public Module {
 public:
  explicit GELU(GELUOptions options = {});
};

/// x · sigmoid(x) (torch.nn.SiLU)
class SiLU : public Module {
 public:
  SiLU();
};

struct DropoutOptions {
  double p = 0.5;
};

/// In training a random mask: 0 with probability p, else x / (1 − p). In evaluation x itself.
/// (torch.nn.Dropout) The masks are Philox4x32-10, keyed by a seed, which is drawn from the default generator
/// at the first use in training, and the number of the use: the same on any number of threads, eager or
/// compiled. Throws ValueError when p is no probability.
class Dropout : public Module {
 public:
  explicit Dropout(DropoutOptions options = {});
};

/// Modules one after the other, named "0", "1", … (torch.nn.Sequential). Modules of all kinds mix:
/// Sequential(Linear(2, 16), ReLU(), Linear(16, 1)).
class Sequential : public Module {
 public:
  explicit Sequential(std::vector<Module> modules);
  Sequential(std::initializer_list<Module> modules) : Sequential(std::vector<Module>(modules)) {}
  template <class... M>
  requires(sizeof...(M) > 0 && (std::is_base_of_v<Module, M> && ...)) explicit Sequential(const M&... modules)
      : Sequential(listed(modules...)) {}

  std::size_t size() const { return children().size(); }
  /// Throws IndexError when there is none.
  const Module& operator[](std::size_t i) const {
    if (i >= size())
      throw IndexError("index " + std::to_string(i) + " is out of range: the Sequential has " +
                       std::to_string(size()) + (size() == 1 ? " module" : " modules"));
    return children()[i].second;
  }

 private:
  // One by one: g++ 12 warns of a dangling pointer where a braced list of many modules is inlined.
  template <class... M>
  static std::vector<Module> listed(const M&... modules) {
    std::vector<Module> all;
    all.reserve(sizeof...(M));
    (all.push_back(modules), ...);
    return all;
  }
};

}  // namespace hindsight::nn
