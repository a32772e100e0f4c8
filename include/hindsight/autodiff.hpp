#pragma once
#include <span>
#include <vector>

#include <hindsight/parameter.hpp>
#include <hindsight/tensor.hpp>

namespace hindsight {

struct GradOptions {
  /// Record the derivative itself, so that it can be differentiated again.
  bool create_graph = false;
  /// The cotangent of the output; needed when the output is no scalar.
  Tensor cotangent = {};
};

/// d(output)/d(input) for each of `inputs`, which may be leaves, parameters' values or any node in between;
/// zeros where the output does not depend on one. Touches no grad(), and works on graphs whose parameters
/// have moved since. As torch.autograd.grad. Throws ShapeError when the output is no scalar and no cotangent
/// is given.
std::vector<Tensor> grad(const Tensor& output, std::span<const Tensor> inputs,
                         const GradOptions& options = {});
Tensor grad(const Tensor& output, const Tensor& input, const GradOptions& options = {});

/// While it lives, operations of this thread record no history for gradients (torch.no_grad).
class [[nodiscard]] NoGrad {
 public:
  /// `still_record` leaves the mode as it is: for code that records on demand.
  explicit NoGrad(bool still_record = false);
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};
bool grad_enabled();

/// While it lives, operations of this thread record history, even inside a NoGrad (torch.enable_grad).
class [[nodiscard]] EnableGrad {
 public:
  EnableGrad();
  ~EnableGrad();
  EnableGrad(const EnableGrad&) = delete;
  EnableGrad& operator=(const EnableGrad&) = delete;

 private:
  bool before_;
};

/// While it lives, the first operation of this thread that makes a NaN or an infinity, forward or backward,
/// throws AnomalyError, which names the operation, its module, the shapes, the element and what it was made
/// from (torch.autograd.detect_anomaly; that looks at the backward pass and for NaN only). An infinity that
/// an operation was given is nobody's fault, a NaN that stands in a leaf is reported where it is first used.
/// Costs a look at every number; does not look into compiled steps.
class [[nodiscard]] DetectAnomaly {
 public:
  explicit DetectAnomaly(bool on = true);
  ~DetectAnomaly();
  DetectAnomaly(const DetectAnomaly&) = delete;
  DetectAnomaly& operator=(const DetectAnomaly&) = delete;

 private:
  bool before_;
};
bool anomaly_enabled();

}  // namespace hindsight
