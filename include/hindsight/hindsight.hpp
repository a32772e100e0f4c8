#pragma once
/// Everything of the core library. Pictures are apart: <hindsight/figure.hpp>, target hindsight::figure.
#include <hindsight/autodiff.hpp>
#include <hindsight/check.hpp>
#include <hindsight/data.hpp>
#include <hindsight/error.hpp>
#include <hindsight/explain.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/nn.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim.hpp>
#include <hindsight/parameter.hpp>
#include <hindsight/plan.hpp>
#include <hindsight/random.hpp>
#include <hindsight/tensor.hpp>
#include <hindsight/threads.hpp>
#include <hindsight/train.hpp>
