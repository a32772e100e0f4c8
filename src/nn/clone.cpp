// Deep copies: while one is made, the handles that a layer is made of copy what they mean (Cloning), so that
// C++'s own copy of a layer is a clone.
#include <map>

#include <hindsight/error.hpp>
#include <hindsight/nn/module.hpp>

#include "base/format.hpp"
#include "graph/mode.hpp"
#include "graph/parameter_copies.hpp"

namespace hindsight::nn {

struct Cloning::State {
  ParameterCopies parameters;
  std::map<const Layer*, std::shared_ptr<Layer>> layers;
};

namespace {

thread_local std::map<const Layer*, std::shared_ptr<Layer>>* clones = nullptr;

}  // namespace

Cloning::Cloning() : state_(std::make_unique<State>()) {
  if (clones) throw StateError("clone: a clone is being made already; make one after the other");
  clones = &state_->layers;
  mode().copies = &state_->parameters;
}

Cloning::~Cloning() {
  clones = nullptr;
  mode().copies = nullptr;
}

std::shared_ptr<Layer> Module::same_or_clone(const std::shared_ptr<Layer>& layer) {
  if (!clones || !layer) return layer;
  if (const auto found = clones->find(layer.get()); found != clones->end()) return found->second;
  if (!layer->copier_)
    fail<StateError>(
        "clone: {} cannot be copied: give its layer a copy constructor, and hand it to Module as "
        "std::make_shared<ItsType>(...)",
        layer->describe());
  std::shared_ptr<Layer> copy = layer->copier_(*layer);
  clones->emplace(layer.get(), copy);
  return copy;
}

Module Module::clone() const {
  const Cloning cloning;
  return Module(*this);
}

Layer::Layer(const Layer& other)
    : copier_(other.copier_),
      name_(other.name_),
      training_(std::make_shared<bool>(*other.training_)),
      parameters_(other.parameters_),
      buffers_(other.buffers_),
      parameter_names_(other.parameter_names_),
      buffer_names_(other.buffer_names_),
      children_(other.children_) {}

}  // namespace hindsight::nn
