#pragma once
#include <hindsight/optim/adam.hpp>
#include <hindsight/optim/clip_grad_norm.hpp>
#include <hindsight/optim/lr_scheduler.hpp>
#include <hindsight/optim/optimizer.hpp>
#include <hindsight/optim/sgd.hpp>
