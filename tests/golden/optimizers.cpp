#include "golden/golden.hpp"

namespace hs = hindsight;
namespace optim = hindsight::optim;

namespace golden {
namespace {

std::pair<double, double> betas(const Attributes& o) {
  if (!o.has("betas")) return {0.9, 0.999};
  return {o.get<std::vector<double>>("betas").at(0), o.get<std::vector<double>>("betas").at(1)};
}

/// The options of each kind, with PyTorch's names and defaults.
optim::SGDOptions sgd(const Attributes& o) {
  return {.lr = o.get("lr", 1e-3),
          .momentum = o.get("momentum", 0.0),
          .dampening = o.get("dampening", 0.0),
          .weight_decay = o.get("weight_decay", 0.0),
          .nesterov = o.get("nesterov", false),
          .maximize = o.get("maximize", false),
          .clip_norm = o.get("clip", 0.0)};
}
template <class Options>
Options adam(const Attributes& o) {
  return {.lr = o.get("lr", 1e-3),
          .betas = betas(o),
          .eps = o.get("eps", 1e-8),
          .weight_decay = o.get("weight_decay", Options().weight_decay),
          .amsgrad = o.get("amsgrad", false),
          .maximize = o.get("maximize", false),
          .clip_norm = o.get("clip", 0.0)};
}
optim::RMSpropOptions rmsprop(const Attributes& o) {
  return {.lr = o.get("lr", 1e-2),
          .alpha = o.get("alpha", 0.99),
          .eps = o.get("eps", 1e-8),
          .weight_decay = o.get("weight_decay", 0.0),
          .momentum = o.get("momentum", 0.0),
          .centered = o.get("centered", false),
          .maximize = o.get("maximize", false)};
}
optim::AdagradOptions adagrad(const Attributes& o) {
  return {.lr = o.get("lr", 1e-2),
          .lr_decay = o.get("lr_decay", 0.0),
          .weight_decay = o.get("weight_decay", 0.0),
          .initial_accumulator_value = o.get("initial_accumulator_value", 0.0),
          .eps = o.get("eps", 1e-10),
          .maximize = o.get("maximize", false)};
}

/// A group's options that are there, and no others.
template <class T>
std::optional<T> told(const Attributes& o, const char* name) {
  return o.has(name) ? std::optional(o.get<T>(name)) : std::nullopt;
}
optim::SGDGroup sgd_group(const Attributes& o) {
  return {.lr = told<double>(o, "lr"),
          .momentum = told<double>(o, "momentum"),
          .dampening = told<double>(o, "dampening"),
          .weight_decay = told<double>(o, "weight_decay"),
          .nesterov = told<bool>(o, "nesterov"),
          .maximize = told<bool>(o, "maximize")};
}
optim::AdamGroup adam_group(const Attributes& o) {
  return {.lr = told<double>(o, "lr"),
          .betas = o.has("betas") ? std::optional(betas(o)) : std::nullopt,
          .eps = told<double>(o, "eps"),
          .weight_decay = told<double>(o, "weight_decay"),
          .amsgrad = told<bool>(o, "amsgrad"),
          .maximize = told<bool>(o, "maximize")};
}
optim::RMSpropGroup rmsprop_group(const Attributes& o) {
  return {.lr = told<double>(o, "lr"),
          .alpha = told<double>(o, "alpha"),
          .eps = told<double>(o, "eps"),
          .weight_decay = told<double>(o, "weight_decay"),
          .momentum = told<double>(o, "momentum"),
          .centered = told<bool>(o, "centered"),
          .maximize = told<bool>(o, "maximize")};
}
optim::AdagradGroup adagrad_group(const Attributes& o) {
  return {.lr = told<double>(o, "lr"),
          .lr_decay = told<double>(o, "lr_decay"),
          .weight_decay = told<double>(o, "weight_decay"),
          .eps = told<double>(o, "eps"),
          .maximize = told<bool>(o, "maximize")};
}

Tensor loss(const hs::Parameter& w, const hs::Parameter& b, bool with_b) {
  const Tensor of_w = (hs::sin(w) + hs::pow(w, 2)).sum();
  return with_b ? of_w + hs::cos(b).sum() * w.value()[0] + hs::pow(b, 2).sum() : of_w;
}

/// The weights after each of 100 steps (tools/golden/optimizers.py).
template <class Kind, class Options, class Group>
Function trajectory(Options (*options_of)(const Attributes&), Group (*group_of)(const Attributes&)) {
  return [=](Operands in, const Attributes& o) -> Outputs {
    const hs::Parameter w("w", in[0]), b("b", in[1]);
    const bool two = o.has("group");
    const Kind optimizer(two ? std::vector{w} : std::vector{w, b}, options_of(o));
    if (two) optimizer.add_param_group({b}, group_of(o.within("group")));
    std::vector<double> points;
    for (int i = 0; i < 100; ++i) {
      optimizer.zero_grad();
      (o.get("sign", 1.0) * loss(w, b, i % 3 != 1)).backward();
      optimizer.step();
      for (const hs::Parameter& parameter : {w, b})
        for (const double x : parameter.value().to_vector<double>()) points.push_back(x);
    }
    return hs::tensor(points, {100, 3});
  };
}

const Family optimizers("optimizers", 79,
                        {
                            {"sgd", trajectory<optim::SGD>(sgd, sgd_group)},
                            {"adam", trajectory<optim::Adam>(adam<optim::AdamOptions>, adam_group)},
                            {"adamw", trajectory<optim::AdamW>(adam<optim::AdamWOptions>, adam_group)},
                            {"rmsprop", trajectory<optim::RMSprop>(rmsprop, rmsprop_group)},
                            {"adagrad", trajectory<optim::Adagrad>(adagrad, adagrad_group)},
                        });

}  // namespace
}  // namespace golden
