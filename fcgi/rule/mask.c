#include "rule/mask.h"

const char *mask_text(enum mask mask)
{
	switch (mask) {
	case MASK_NONE:
		return "";
	case MASK_EMAIL:
		return "*****@*****";
	case MASK_NAME:
	case MASK_PHONE:
		break;
	}
	return "*****";
}
