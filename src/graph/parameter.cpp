#include <hindsight/error.hpp>
#include <hindsight/parameter.hpp>

#include "base/format.hpp"
#include "graph/capture.hpp"
#include "graph/mode.hpp"
#include "graph/parameter_state.hpp"

namespace hindsight {
namespace {

Tensor home_leaf(const std::shared_ptr<Parameter::State>& state, const Array& array) {
  Tensor value{array};
  if (state->requires_grad) value.requires_grad_();
  Leaf& leaf = Node::leaf_of(value);
  leaf.name = state->name;
  leaf.parameter = state;
  leaf.version = state->version;
  return value;
}

}  // namespace

Parameter::Parameter(std::string name, Tensor value, bool requires_grad) : state_(std::make_shared<State>()) {
  state_->name = std::move(name);
  state_->requires_grad = requires_grad;
  state_->type = value.array().type();
  state_->value = home_leaf(state_, value.array());
}

Parameter::Parameter(std::string name, TensorType type, std::function<Array()> initial, bool requires_grad)
    : state_(std::make_shared<State>()) {
  state_->name = std::move(name);
  state_->requires_grad = requires_grad;
  state_->type = std::move(type);
  state_->initial = std::move(initial);
}

const std::string& Parameter::name() const { return state_->name; }
void Parameter::rename(std::string name) {
  state_->name = std::move(name);
  if (state_->value.defined()) state_->value.named(state_->name);
}

const Shape& Parameter::shape() const { return state_->type.shape; }
DType Parameter::dtype() const { return state_->type.dtype; }
std::uint64_t Parameter::version() const { return state_->version; }

Tensor Parameter::value() const {
  if (!state_->value.defined()) {
    state_->value = home_leaf(state_, state_->lender ? state_->lender->lent(*state_) : state_->initial());
    state_->lender = nullptr;
    state_->initial = nullptr;
  }
  return state_->value;
}

void Parameter::assign(const Tensor& value) {
  if (value.shape() != shape())
    fail<ShapeError>("parameter \"{}\" has shape {} and cannot be assigned a value of shape {}", name(),
                     shape().str(), value.shape().str());
  if (Capture* capture = mode().capture) {
    capture->assigned(*this, this->value(), value);
    state_->value = value;  // what the rest of the captured step reads
    return;
  }
  state_->initial = nullptr;
  state_->lender = nullptr;
  state_->type = value.array().type();
  ++state_->version;
  state_->value = home_leaf(state_, value.array().contiguous());
}

Tensor Parameter::grad() const {
  if (state_->grad_was_fused_away)
    fail<StateError>(
        "the gradient of parameter \"{}\" was not kept by the compiled step that ran last: compile with "
        "{{.keep_grads = true}}, or call backward() on an eager loss",
        name());
  return state_->grad;
}

void Parameter::set_grad(Tensor gradient) {
  if (Capture* capture = mode().capture) capture->gradient_set(*this, state_->grad);
  state_->grad_was_fused_away = false;
  state_->grad = std::move(gradient);
}

bool Parameter::requires_grad() const { return state_->requires_grad; }

void Parameter::requires_grad_(bool requires_grad) {
  if (state_->requires_grad == requires_grad) return;
  state_->requires_grad = requires_grad;
  if (state_->value.defined()) state_->value = home_leaf(state_, state_->value.array());
}

ParameterLoan::ParameterLoan(std::span<const Parameter> parameters, std::span<const Tensor> values) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    before_.emplace_back(parameters[i], parameters[i].value());
    parameters[i].state()->value = values[i];
  }
}

ParameterLoan::~ParameterLoan() {
  for (auto& [parameter, value] : before_) parameter.state()->value = value;
}

}  // namespace hindsight
