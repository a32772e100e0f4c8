#include <algorithm>

#include <hindsight/error.hpp>
#include <hindsight/nn/module.hpp>

#include "base/format.hpp"
#include "graph/capture.hpp"
#include "graph/mode.hpp"
#include "graph/scope.hpp"

namespace hindsight::nn {
namespace {

using Named = std::vector<std::pair<std::string, Parameter>>;

std::string joined(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

/// Visits a module and everything inside, depth first, with their full names.
template <class Visit>
void for_each_module(const Module& module, const std::string& path, Visit&& visit) {
  visit(module, path);
  for (const auto& [name, child] : module.children()) for_each_module(child, joined(path, name), visit);
}

void append_unseen(Named& all, const std::string& path, const std::vector<Parameter>& parameters,
                   const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    const bool seen =
        std::any_of(all.begin(), all.end(), [&](const auto& entry) { return entry.second.is(parameter); });
    if (!seen) all.emplace_back(joined(path, names[i]), parameter);
  }
}

std::string indented(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return result;
}

}  // namespace

Module::Module(std::shared_ptr<Layer> layer, Copier copies) : layer_(std::move(layer)) {
  if (!layer_)
    throw StateError("a module was made without a layer: give it std::make_shared<YourLayer>(...)");
  if (copies) layer_->copier_ = copies;
}

Tensor Module::run(std::span<const Tensor> inputs) const {
  const ScopeEntry scope(layer_->name_);
  return layer_->forward(inputs);
}

const std::vector<std::pair<std::string, Module>>& Module::children() const { return layer_->children_; }

Named Module::named_parameters() const {
  Named all;
  for_each_module(*this, "", [&](const Module& module, const std::string& path) {
    append_unseen(all, path, module.layer_->parameters_, module.layer_->parameter_names_);
  });
  return all;
}

Named Module::named_buffers() const {
  Named all;
  for_each_module(*this, "", [&](const Module& module, const std::string& path) {
    append_unseen(all, path, module.layer_->buffers_, module.layer_->buffer_names_);
  });
  return all;
}

std::vector<Parameter> Module::parameters() const {
  std::vector<Parameter> all;
  for (auto& [name, parameter] : named_parameters()) all.push_back(parameter);
  return all;
}

std::vector<std::pair<std::string, Module>> Module::named_modules() const {
  std::vector<std::pair<std::string, Module>> all;
  for_each_module(*this, "", [&](const Module& module, const std::string& path) {
    const bool seen =
        std::any_of(all.begin(), all.end(), [&](const auto& entry) { return entry.second.is(module); });
    if (!seen) all.emplace_back(path, module);
  });
  return all;
}

Module Module::apply(const std::function<void(const Module&)>& function) const {
  for (const auto& [name, child] : children()) child.apply(function);
  function(*this);
  return *this;
}

Module Module::requires_grad_(bool requires_grad) const {
  for (Parameter& parameter : parameters()) parameter.requires_grad_(requires_grad);
  return *this;
}

Named Module::homes() const {
  Named all;
  for_each_module(*this, "", [&](const Module& module, const std::string& path) {
    const Layer& layer = *module.layer_;
    for (std::size_t i = 0; i < layer.parameters_.size(); ++i)
      all.emplace_back(joined(path, layer.parameter_names_[i]), layer.parameters_[i]);
    for (std::size_t i = 0; i < layer.buffers_.size(); ++i)
      all.emplace_back(joined(path, layer.buffer_names_[i]), layer.buffers_[i]);
  });
  return all;
}

std::map<std::string, Tensor> Module::state_dict() const {
  std::map<std::string, Tensor> state;
  for (const auto& [name, home] : homes()) state.emplace(name, home.value().detach());
  return state;
}

// Everything is looked at before anything is assigned, so that a state that does not fit changes nothing.
IncompatibleKeys Module::load_state_dict(const std::map<std::string, Tensor>& state,
                                         LoadStateDictOptions options) const {
  const Named all = homes();
  IncompatibleKeys keys;
  std::vector<std::string> strange, misfits;  // what is said of them
  for (const auto& [name, home] : all) {
    const auto found = state.find(name);
    if (found == state.end()) {
      keys.missing.push_back(name);
      strange.push_back(hindsight::formatted("the state lacks \"{}\" {}", name, home.shape().str()));
    } else if (found->second.shape() != home.shape()) {
      misfits.push_back(hindsight::formatted("\"{}\" has shape {} in the state and {} in the model", name,
                                             found->second.shape().str(), home.shape().str()));
    }
  }
  for (const auto& entry : state)
    if (std::none_of(all.begin(), all.end(), [&](const auto& home) { return home.first == entry.first; })) {
      keys.unexpected.push_back(entry.first);
      strange.push_back(hindsight::formatted("the state has \"{}\", which the model does not", entry.first));
    }
  if (options.strict && !strange.empty()) {
    strange.insert(strange.end(), misfits.begin(), misfits.end());
    throw ValueError("load_state_dict: " + hindsight::joined(strange, "; "));
  }
  if (!misfits.empty()) throw ShapeError("load_state_dict: " + hindsight::joined(misfits, "; "));
  for (auto [name, home] : all)
    if (const auto found = state.find(name); found != state.end())
      home.assign(found->second.to(home.dtype()).detach());
  return keys;
}

void Module::train(bool on) const {
  for_each_module(*this, "",
                  [&](const Module& module, const std::string&) { *module.layer_->training_ = on; });
}
bool Module::training() const { return layer_->training(); }

Module Module::to(DType dtype) const {
  for (auto& [name, parameter] : named_parameters())
    parameter.assign(Tensor(parameter.value().array().to(dtype)));
  for (auto& [name, buffer] : named_buffers())
    if (is_floating(buffer.dtype())) buffer.assign(Tensor(buffer.value().array().to(dtype)));
  return *this;
}

void Module::zero_grad() const {
  for (Parameter& parameter : parameters()) parameter.zero_grad();
}

std::string Module::str() const {
  std::string text = layer_->describe();
  if (children().empty()) return text;
  text += "(\n";
  for (const auto& [name, child] : children())
    text += hindsight::formatted("  ({}): {}\n", name, indented(child.str()));
  return text + ")";
}

bool Layer::training() const {
  if (Capture* capture = mode().capture) capture->asked(training_);
  return *training_;
}

Parameter Layer::add_parameter(Parameter parameter) {
  parameter_names_.push_back(parameter.name());
  parameters_.push_back(std::move(parameter));
  return parameters_.back();
}

Parameter Layer::add_buffer(Parameter buffer) {
  buffer_names_.push_back(buffer.name());
  buffers_.push_back(std::move(buffer));
  return buffers_.back();
}

void Layer::add_module(const std::string& name, const Module& module) {
  const bool first_home = module.layer().name_.empty();
  for (Parameter& parameter : module.parameters()) {
    if (first_home) parameter.rename(joined(name, parameter.name()));
    parameter.value();  // the first values are drawn in the order of the modules
  }
  if (first_home) module.layer().name_ = name;
  children_.emplace_back(name, module);
}

const Tensor& Layer::only(std::span<const Tensor> inputs) const {
  if (inputs.size() != 1) fail<ValueError>("{} takes one input, and got {}", title(), inputs.size());
  return inputs[0];
}

std::string Layer::title() const {
  const std::string kind = describe().substr(0, describe().find('('));
  const ScopeHandle& scope = current_scope();
  return scope ? hindsight::formatted("{} \"{}\"", kind, scope->path()) : kind;
}

}  // namespace hindsight::nn
