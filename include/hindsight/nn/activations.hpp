#pragma once
#include <hindsight/nn/module.hpp>

/// Activations beside the first few of layers.hpp.
namespace hindsight::nn {

struct ELUOptions {
  double alpha = 1;
};

/// x where it is positive, else alpha · (e^x − 1) (torch.nn.ELU)
class ELU : public Module {
 public:
  explicit ELU(ELUOptions options = {});
};

/// 1.0507… · elu(x, 1.6732…) (torch.nn.SELU)
class SELU : public Module {
 public:
  SELU();
};

/// x · tanh(softplus(x)) (torch.nn.Mish)
class Mish : public Module {
 public:
  Mish();
};

struct HardtanhOptions {
  double min_val = -1;
  double max_val = 1;
};

/// x held between min_val and max_val (torch.nn.Hardtanh). Throws ValueError unless min_val < max_val.
class Hardtanh : public Module {
 public:
  explicit Hardtanh(HardtanhOptions options = {});
};

/// x held between 0 and 6 (torch.nn.ReLU6)
class ReLU6 : public Module {
 public:
  ReLU6();
};

struct PReLUOptions {
  std::int64_t num_parameters = 1;
  double init = 0.25;
  DType dtype = float32;
};

/// x where it is positive, else weight · x with a weight that learns: one for all, or one for each of
/// `num_parameters` channels, which lie along axis 1 (torch.nn.PReLU). Throws ValueError when there is none.
class PReLU : public Module {
 public:
  explicit PReLU(PReLUOptions options = {});
  Parameter weight() const { return parameters()[0]; }
};

/// log(sigmoid(x)), exact for every x (torch.nn.LogSigmoid)
class LogSigmoid : public Module {
 public:
  LogSigmoid();
};

/// softmax() along one axis: numbers from 0 to 1 that add up to 1 (torch.nn.Softmax)
class Softmax : public Module {
 public:
  explicit Softmax(std::int64_t dim);
};

/// log_softmax() along one axis (torch.nn.LogSoftmax)
class LogSoftmax : public Module {
 public:
  explicit LogSoftmax(std::int64_t dim);
};

}  // namespace hindsight::nn
