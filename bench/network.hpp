// The job's network in Hindsight, written as a user would.
#pragma once
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <hindsight/hindsight.hpp>

#include "job.hpp"

namespace bench {

namespace hs = hindsight;

template <class T>
hs::DType dtype_of() {
  return sizeof(T) == sizeof(float) ? hs::float32 : hs::float64;
}

inline hs::nn::Module activation(const std::string& name) {
  if (name == "relu") return hs::nn::ReLU();
  if (name == "sigmoid") return hs::nn::Sigmoid();
  if (name == "tanh") return hs::nn::Tanh();
  if (name == "leaky_relu") return hs::nn::LeakyReLU();
  if (name == "softplus") return hs::nn::Softplus();
  if (name == "gelu") return hs::nn::GELU();
  if (name == "silu") return hs::nn::SiLU();
  throw std::invalid_argument("no activation is called '" + name + "'");
}

/// Linear layers with activations between them, and a sigmoid at the end when the loss takes probabilities.
template <class T>
hs::nn::Sequential network(const Job& job) {
  std::vector<hs::nn::Module> modules;
  std::map<std::string, hs::Tensor> state;
  for (std::size_t l = 0; l < job.layers(); ++l) {
    const std::int64_t in = job.shape[l], out = job.shape[l + 1];
    const std::string name = std::to_string(modules.size());
    modules.push_back(hs::nn::Linear(in, out, {.dtype = dtype_of<T>()}));
    state.emplace(name + ".weight", hs::tensor(initial<T>(job, l, false), {out, in}));
    state.emplace(name + ".bias", hs::tensor(initial<T>(job, l, true), {out}));
    if (l + 1 < job.layers()) modules.push_back(activation(job.activation));
  }
  if (job.loss == "bce") modules.push_back(hs::nn::Sigmoid());
  hs::nn::Sequential model(std::move(modules));
  model.load_state_dict(state);
  return model;
}

inline hs::optim::Optimizer optimizer(const Job& job, const hs::nn::Module& model) {
  if (job.optimizer == "sgd") return hs::optim::SGD(model.parameters(), {.lr = job.lr});
  if (job.optimizer == "momentum") return hs::optim::SGD(model.parameters(), {.lr = job.lr, .momentum = 0.9});
  if (job.optimizer == "adam") return hs::optim::Adam(model.parameters(), {.lr = job.lr});
  if (job.optimizer == "adamw") return hs::optim::AdamW(model.parameters(), {.lr = job.lr});
  throw std::invalid_argument("no optimizer is called '" + job.optimizer + "'");
}

inline hs::Tensor loss_of(const Job& job, const hs::Tensor& output, const hs::Tensor& target) {
  if (job.loss == "bce") return hs::nn::BCELoss()(output, target);
  if (job.loss == "bce_logits") return hs::nn::BCEWithLogitsLoss()(output, target);
  if (job.loss == "cross_entropy") return hs::nn::CrossEntropyLoss()(output, target);
  if (job.loss == "mse") return hs::nn::MSELoss()(output, target);
  throw std::invalid_argument("no loss is called '" + job.loss + "'");
}

inline void use_threads(int threads) { hs::set_num_threads(threads); }

}  // namespace bench
