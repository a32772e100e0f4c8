#include <utility>

#include <hindsight/error.hpp>
#include <hindsight/parameter.hpp>

#include "base/format.hpp"
#include "graph/capture.hpp"
#include "graph/mode.hpp"
#include "graph/parameter_copies.hpp"
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
  Node::of(value).hooks = state->hooks;
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

Parameter::Parameter(const Parameter& other)
    : state_(mode().copies && other.state_ ? mode().copies->of(other.state_) : other.state_) {}

// Drawing the first value, or asking a plan for it, must not be taken for a part of the copy.
std::shared_ptr<Parameter::State> ParameterCopies::of(const std::shared_ptr<Parameter::State>& home) {
  auto& copy = made_[home];
  if (copy) return copy;
  ParameterCopies* const before = std::exchange(mode().copies, nullptr);
  const Tensor value = Parameter::of(home).value();
  mode().copies = before;
  copy = std::make_shared<Parameter::State>();
  copy->name = home->name;
  copy->type = home->type;
  copy->requires_grad = home->requires_grad;
  copy->grad = home->grad;
  copy->value = home_leaf(copy, value.array());
  return copy;
}

Parameter::State& Parameter::home() const {
  if (!state_)
    throw StateError(
        "an undefined parameter was used: it was default-made and never given a name and a value");
  return *state_;
}

const std::string& Parameter::name() const { return home().name; }
void Parameter::rename(std::string name) {
  home().name = std::move(name);
  if (home().value.defined()) home().value.named(home().name);
}

const Shape& Parameter::shape() const { return home().type.shape; }
DType Parameter::dtype() const { return home().type.dtype; }
std::uint64_t Parameter::version() const { return home().version; }

Tensor Parameter::value() const {
  if (!home().value.defined()) {
    home().value = home_leaf(state_, home().lender ? home().lender->lent(home()) : home().initial());
    home().lender = nullptr;
    home().initial = nullptr;
  }
  if (home().on_loan && mode().capture)
    fail<StateError>(
        "parameter \"{}\" is lent another value (ParameterLoan), which a capture would freeze: call the "
        "compiled step twice before, or the plain function",
        name());
  return home().value;
}

void Parameter::assign(const Tensor& value) {
  if (value.shape() != shape())
    fail<ShapeError>("parameter \"{}\" has shape {} and cannot be assigned a value of shape {}", name(),
                     shape().str(), value.shape().str());
  if (Capture* capture = mode().capture) {
    capture->assigned(*this, this->value(), value);
    home().value = value;  // what the rest of the captured step reads
    return;
  }
  home().initial = nullptr;
  home().lender = nullptr;
  home().type = value.array().type();
  ++home().version;
  home().value = home_leaf(state_, value.array().contiguous());
}

Tensor Parameter::grad() const {
  if (home().grad_was_fused_away)
    fail<StateError>(
        "the gradient of parameter \"{}\" was not kept by the compiled step that ran last: compile with "
        "{{.keep_grads = true}}, or call backward() on an eager loss",
        name());
  return home().grad;
}

void Parameter::set_grad(Tensor gradient) {
  if (Capture* capture = mode().capture) capture->gradient_set(*this, home().grad);
  home().grad_was_fused_away = false;
  home().grad = std::move(gradient);
}

bool Parameter::requires_grad() const { return home().requires_grad; }

void Parameter::requires_grad_(bool requires_grad) {
  if (home().requires_grad == requires_grad) return;
  home().requires_grad = requires_grad;
  if (home().value.defined()) home().value = home_leaf(state_, home().value.array());
}

ParameterLoan::ParameterLoan(std::span<const Parameter> parameters, std::span<const Tensor> values) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    before_.emplace_back(parameters[i], parameters[i].value());
    parameters[i].state()->value = values[i];
    parameters[i].state()->type = values[i].array().type();
    parameters[i].state()->on_loan = true;
  }
}

ParameterLoan::~ParameterLoan() {
  for (auto& [parameter, value] : before_) {
    parameter.state()->value = value;
    parameter.state()->type = value.array().type();
    parameter.state()->on_loan = false;
  }
}

}  // namespace hindsight
