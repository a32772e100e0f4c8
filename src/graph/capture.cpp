#include "graph/capture.hpp"

#include "graph/mode.hpp"
#include "graph/parameter_state.hpp"

namespace hindsight {

Capture::Capture() : outer_(mode().capture) { mode().capture = this; }
Capture::~Capture() { finish(); }

Tensor Capture::placeholder(const TensorType& type, const std::string& name) {
  return Tensor(Array::abstract(type.shape, type.dtype)).named(name);
}

Tensor Capture::scalar(std::function<double()> read, DType dtype, const std::string& name) {
  scalars_.push_back({placeholder({{}, dtype}, name), std::move(read)});
  return scalars_.back().placeholder;
}

void Capture::assigned(const Parameter& parameter, const Tensor& before, const Tensor& after) {
  for (Assignment& assignment : assignments_)
    if (assignment.parameter.is(parameter)) {
      assignment.after = after;
      return;
    }
  assignments_.push_back({parameter, before, after});
}

void Capture::gradient_set(const Parameter& parameter, const Tensor& before) {
  for (const Gradient& gradient : gradients_)
    if (gradient.parameter.is(parameter)) return;
  gradients_.push_back({parameter, before, {}});
}

void Capture::asked(std::shared_ptr<const bool> flag) {
  for (const Condition& known : conditions_)
    if (known.now == flag) return;
  const bool then = *flag;
  conditions_.push_back({std::move(flag), then});
}

void Capture::finish() noexcept {
  if (!running_) return;
  running_ = false;
  for (Assignment& assignment : assignments_) assignment.parameter.state()->value = assignment.before;
  for (Gradient& gradient : gradients_) {
    gradient.after = gradient.parameter.state()->grad;
    gradient.parameter.state()->grad = gradient.before;
  }
  mode().capture = outer_;
}

Tensor scalar_input(const std::function<double()>& read, DType dtype, const std::string& name) {
  if (Capture* capture = mode().capture) return capture->scalar(read, dtype, name);
  return Tensor(Array::full({}, read(), dtype));
}

}  // namespace hindsight
