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

}  // namespace hindsight
