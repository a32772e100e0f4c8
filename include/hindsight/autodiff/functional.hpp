#pragma once
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <hindsight/autodiff.hpp>

/// Derivatives of functions, with the names, arguments and shapes of torch.autograd.functional. A function is
/// called with leaves that hold the values of `inputs` and must build its result from them. Each comes in two
/// forms: of one tensor, and of several. Throws ShapeError where a vector is not like what it multiplies,
/// ValueError where the numbers of inputs and vectors differ.
namespace hindsight {

/// One tensor in, one out; and several in, one out.
using TensorFunction = std::function<Tensor(const Tensor&)>;
using TensorsFunction = std::function<Tensor(std::span<const Tensor>)>;

struct FunctionalOptions {
  /// Record the derivative itself, so that it can be differentiated by the inputs, if these require it.
  bool create_graph = false;
};

/// Which way a Jacobian is swept: backward costs a pass for each output element, forward one for each input
/// element.
enum class JacobianStrategy : std::uint8_t { reverse_mode, forward_mode };
struct JacobianOptions {
  bool create_graph = false;
  JacobianStrategy strategy = JacobianStrategy::reverse_mode;
};

/// Forward mode on a graph that is there: how `output` changes when the leaves or nodes `inputs` move along
/// `tangents`, in one sweep from the inputs up. The counterpart of grad(); it needs no derivative beyond
/// those that operations state. Zeros where the output does not depend on any.
Tensor jvp(const Tensor& output, std::span<const Tensor> inputs, std::span<const Tensor> tangents,
           const FunctionalOptions& options = {});

/// The value of `function`, and vᵀJ: v times the Jacobian, of the shape of the input. `v` is like the output
/// and may be left out (undefined) when that is a scalar.
std::pair<Tensor, Tensor> vjp(const TensorFunction& function, const Tensor& input, const Tensor& v = {},
                              const FunctionalOptions& options = {});
std::pair<Tensor, std::vector<Tensor>> vjp(const TensorsFunction& function, const std::vector<Tensor>& inputs,
                                           const Tensor& v = {}, const FunctionalOptions& options = {});

/// The value of `function`, and J·v: the Jacobian times v, of the shape of the output. `v` is like the input
/// and may be left out (undefined) when that is a scalar. By one forward sweep.
std::pair<Tensor, Tensor> jvp(const TensorFunction& function, const Tensor& input, const Tensor& v = {},
                              const FunctionalOptions& options = {});
std::pair<Tensor, Tensor> jvp(const TensorsFunction& function, const std::vector<Tensor>& inputs,
                              const std::vector<Tensor>& v, const FunctionalOptions& options = {});

/// d(output)/d(input), of shape output.shape + input.shape; for several inputs one such tensor each.
Tensor jacobian(const TensorFunction& function, const Tensor& input, const JacobianOptions& options = {});
std::vector<Tensor> jacobian(const TensorsFunction& function, const std::vector<Tensor>& inputs,
                             const JacobianOptions& options = {});

/// d²(output)/d(input)² of a scalar function, of shape input.shape + input.shape; for several inputs [i][j]
/// holds d²/d(input i)d(input j).
Tensor hessian(const TensorFunction& function, const Tensor& input, const FunctionalOptions& options = {});
std::vector<std::vector<Tensor>> hessian(const TensorsFunction& function, const std::vector<Tensor>& inputs,
                                         const FunctionalOptions& options = {});

/// The value of a scalar function, and H·v: the Hessian times v, of the shape of the input; without ever
/// forming the Hessian.
std::pair<Tensor, Tensor> hvp(const TensorFunction& function, const Tensor& input, const Tensor& v = {},
                              const FunctionalOptions& options = {});
std::pair<Tensor, std::vector<Tensor>> hvp(const TensorsFunction& function, const std::vector<Tensor>& inputs,
                                           const std::vector<Tensor>& v,
                                           const FunctionalOptions& options = {});
/// The same as vᵀH, by backward passes alone: as the Hessian is symmetric, the same numbers.
std::pair<Tensor, Tensor> vhp(const TensorFunction& function, const Tensor& input, const Tensor& v = {},
                              const FunctionalOptions& options = {});
std::pair<Tensor, std::vector<Tensor>> vhp(const TensorsFunction& function, const std::vector<Tensor>& inputs,
                                           const std::vector<Tensor>& v,
                                           const FunctionalOptions& options = {});

}  // namespace hindsight
