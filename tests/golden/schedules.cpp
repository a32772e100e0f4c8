#include <cmath>

#include "golden/golden.hpp"
#include "optim/state.hpp"

namespace hs = hindsight;
namespace optim = hindsight::optim;

namespace golden {
namespace {

/// Two groups, as tools/golden/schedules.py has them.
optim::Optimizer optimizer(const std::string& kind) {
  const hs::Parameter a("a", hs::zeros({1})), b("b", hs::zeros({1}));
  const auto grouped = [&](const auto& made) -> optim::Optimizer {
    made.add_param_group({b}, {.lr = 0.02});
    return made;
  };
  if (kind == "adam") return grouped(optim::Adam({a}, {.lr = 0.5}));
  if (kind == "adagrad") return grouped(optim::Adagrad({a}, {.lr = 0.5}));
  return grouped(optim::SGD({a}, {.lr = 0.5, .momentum = 0.9}));
}

optim::PerGroup numbers(const Attributes& o, const char* name, double otherwise) {
  if (o.has(name) && o.is_list(name)) return o.get<std::vector<double>>(name);
  return o.get(name, otherwise);
}

optim::OneCycleLR one_cycle(const optim::Optimizer& of, const Attributes& o) {
  const optim::OneCycleLROptions options{.total_steps = o.get("total_steps", std::int64_t{0}),
                                         .epochs = o.get("epochs", std::int64_t{0}),
                                         .steps_per_epoch = o.get("steps_per_epoch", std::int64_t{0}),
                                         .pct_start = o.get("pct_start", 0.3),
                                         .anneal_strategy = o.has("anneal_strategy") ? "linear" : "cos",
                                         .cycle_momentum = o.get("cycle_momentum", true),
                                         .base_momentum = numbers(o, "base_momentum", 0.85),
                                         .max_momentum = numbers(o, "max_momentum", 0.95),
                                         .div_factor = o.get("div_factor", 25.0),
                                         .final_div_factor = o.get("final_div_factor", 1e4),
                                         .three_phase = o.get("three_phase", false)};
  return optim::OneCycleLR(of, numbers(o, "max_lr", 0), options);
}

optim::LRScheduler made(const optim::Optimizer& of, const Attributes& o) {
  const auto kind = o.get<std::string>("kind");
  const auto number = [&](const char* name, double otherwise) { return o.get(name, otherwise); };
  const auto total = o.get("total_iters", std::int64_t{5});
  if (kind == "StepLR")
    return optim::StepLR(of, o.get<std::int64_t>("step_size"), {.gamma = number("gamma", 0.1)});
  if (kind == "MultiStepLR")
    return optim::MultiStepLR(of, o.get<std::vector<std::int64_t>>("milestones"),
                              {.gamma = number("gamma", 0.1)});
  if (kind == "ExponentialLR") return optim::ExponentialLR(of, number("gamma", 0));
  if (kind == "CosineAnnealingLR")
    return optim::CosineAnnealingLR(of, o.get<std::int64_t>("T_max"), {.eta_min = number("eta_min", 0)});
  if (kind == "LinearLR")
    return optim::LinearLR(of, {.start_factor = number("start_factor", 1.0 / 3),
                                .end_factor = number("end_factor", 1),
                                .total_iters = total});
  if (kind == "ConstantLR")
    return optim::ConstantLR(of, {.factor = number("factor", 1.0 / 3), .total_iters = total});
  if (kind == "OneCycleLR") return one_cycle(of, o);
  const auto factor = [](double pace) {
    return [=](std::int64_t epoch) { return 1 / (1 + pace * static_cast<double>(epoch)); };
  };
  if (kind == "LambdaLR") return optim::LambdaLR(of, factor(0.3));
  return optim::LambdaLR(of, {factor(0.3), factor(1)});
}

/// The rates of both groups, and their momenta.
void add_row(std::vector<double>& rows, const optim::Optimizer& of) {
  for (std::size_t g = 0; g < of.groups(); ++g) rows.push_back(of.lr(g));
  for (const auto& group : of.state().groups) rows.push_back(std::isnan(group.momentum) ? 0 : group.momentum);
}

Outputs as_table(const std::vector<double>& rows) {
  return hs::tensor(rows, {static_cast<std::int64_t>(rows.size()) / 4, 4});
}

Outputs curve(Operands, const Attributes& o) {
  const optim::Optimizer of = optimizer(o.get("optimizer_kind", std::string("sgd")));
  std::vector<optim::LRScheduler> all;
  for (const Attributes& part : o.get<std::vector<Attributes>>("parts")) all.push_back(made(of, part));
  const auto how = o.get("how", std::string("each"));
  if (how == "sequential")
    all = {optim::SequentialLR(of, all, o.get<std::vector<std::int64_t>>("milestones"))};
  if (how == "chained") all = {optim::ChainedScheduler(all)};
  std::vector<double> rows;
  add_row(rows, of);
  for (std::int64_t i = 0; i < o.get<std::int64_t>("steps"); ++i) {
    for (const optim::LRScheduler& schedule : all) schedule.step();
    add_row(rows, of);
  }
  return as_table(rows);
}

Outputs plateau(Operands in, const Attributes& o) {
  const optim::Optimizer of = optimizer("sgd");
  const bool falls = o.get<std::string>("mode") == "min", absolute = o.has("threshold_mode");
  const optim::ReduceLROnPlateau schedule(of, {.mode = falls ? "min" : "max",
                                               .factor = o.get("factor", 0.1),
                                               .patience = o.get("patience", std::int64_t{10}),
                                               .threshold = o.get("threshold", 1e-4),
                                               .threshold_mode = absolute ? "abs" : "rel",
                                               .cooldown = o.get("cooldown", std::int64_t{0}),
                                               .min_lr = numbers(o, "min_lr", 0),
                                               .eps = o.get("eps", 1e-8)});
  std::vector<double> rows;
  add_row(rows, of);
  for (std::int64_t i = 0; i < in[0].elements(); ++i) {
    schedule.step(in[0][i]);
    add_row(rows, of);
  }
  return as_table(rows);
}

const Family schedules("schedules", 62, {{"curve", curve}, {"plateau", plateau}});

}  // namespace
}  // namespace golden
