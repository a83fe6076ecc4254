/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "old.h"

#include <string.h>

#include "old_priv.h"
#include "xalloc.h"

void
old_set(json_t *object, const char *name, json_t *v)
{
	if (json_object_set(object, name, v) < 0)
		xalloc_fail();
}

void
old_set_new(json_t *object, const char *name, json_t *v)
{
	if (json_object_set_new(object, name, v) < 0)
		xalloc_fail();
}

json_t *
old_list_name(enum old_in in, json_t *object)
{
	json_t *name = old_peek(in, object, "name");

	return json_is_string(name) ? name : NULL;
}

static bool
take_turn(struct old *o, json_t *acl, json_t *v)
{
	const char *s = json_string_value(v);
	json_t *name = old_list_name(IN_ACL, acl);

	if (!o->has_mud || !name || !s || (strcmp(s, "to-device") != 0 &&
	    strcmp(s, "from-device") != 0))
		return false;
	if (json_array_append_new(o->turns, json_pack("[O,O]", name, v)) < 0)
		xalloc_fail();
	old_report(o, v, RULE_DIRECTION,
	    "that the list is for \"%s\" is a policy's to say now", s);
	return true;
}

/* It goes if the list of that name is of that type. */
static bool
take_type(struct old *o, json_t *ref, json_t *v)
{
	const json_t *name = old_list_name(IN_REF, ref);
	const char *type = old_type(v);
	const char *is = name ? json_string_value(json_object_get(o->types,
	    json_string_value(name))) : NULL;

	if (!type || !is || strcmp(type, is) != 0)
		return false;
	old_report(o, v, RULE_POLICY, "a policy does not tell types of lists");
	return true;
}

static bool
take_action(struct old *o, json_t *actions, json_t *to, bool permit,
    json_t *v)
{
	if (!old_is_empty(v) || old_peek(IN_ACTIONS, actions, "forwarding") ||
	    json_object_get(to, "forwarding") ||
	    (json_object_get(actions, "permit") &&
	    json_object_get(actions, "deny")))
		return false;
	old_report(o, v, RULE_ACTIONS, "\"%s\" is \"%s\" of \"forwarding\" now",
	    permit ? "permit" : "deny", permit ? "accept" : "drop");
	old_set_new(to, "forwarding", json_string(permit ? "accept" : "drop"));
	return true;
}

bool
old_take(struct old *o, const struct old_name *name, json_t *from, json_t *to,
    json_t *v)
{
	switch (name->node->kind) {
	case KIND_TURN:
		return take_turn(o, from, v);
	case KIND_REF_TYPE:
		return take_type(o, from, v);
	case KIND_PERMIT:
	case KIND_DENY:
		return take_action(o, from, to, name->node->kind ==
		    KIND_PERMIT, v);
	default:
		return false;
	}
}

bool
old_goes(const struct old_node *node)
{
	return node->kind == KIND_TURN || node->kind == KIND_REF_TYPE ||
	    node->kind == KIND_PERMIT || node->kind == KIND_DENY;
}

/* ---- what the lists said of their direction ------------------------------ */

/* The container of that name, made if it is not there; or NULL. */
static json_t *
container(json_t *object, const char *name, json_type type)
{
	json_t *v = json_object_get(object, name);

	if (!v && object) {
		v = type == JSON_OBJECT ? json_object() : json_array();
		old_set_new(object, name, v);
	}
	return v && json_typeof(v) == type ? v : NULL;
}

static json_t *
policy_lists(json_t *mud, const char *direction)
{
	json_t *policy = container(mud, strcmp(direction, "to-device") == 0 ?
	    "to-device-policy" : "from-device-policy", JSON_OBJECT);

	return container(container(policy, "access-lists", JSON_OBJECT),
	    "access-list", JSON_ARRAY);
}

/* Names the list, unless it is named already. */
static void
add_list(struct old *o, json_t *lists, json_t *seen, json_t *name)
{
	const char *s = json_string_value(name);

	if (!lists) {
		old_report(o, name, RULE_UNCLEAR,
		    "no policy can say the direction of list \"%s\"", s);
	} else if (!json_object_get(seen, s)) {
		old_set(seen, s, name);
		if (json_array_append_new(lists,
		    json_pack("{sO}", "name", name)) < 0)
			xalloc_fail();
	}
}

void
old_turn_lists(struct old *o, json_t *mud, const char *direction)
{
	json_t *seen = json_object(), *lists = NULL, *turn, *ref;
	bool begun = false;
	const char *s;
	size_t i, k;

	json_array_foreach(o->turns, i, turn) {
		s = json_string_value(json_array_get(turn, 1));
		if (strcmp(s, direction) != 0)
			continue;
		if (!begun)
			lists = policy_lists(mud, direction);
		if (!begun)
			json_array_foreach(lists, k, ref)
				if ((s = json_string_value(json_object_get(ref,
				    "name"))))
					old_set(seen, s, ref);
		begun = true;
		add_list(o, lists, seen, json_array_get(turn, 0));
	}
	json_decref(seen);
}
