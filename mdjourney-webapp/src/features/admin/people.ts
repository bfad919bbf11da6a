/** The people who may sign in, the roles they can have, and the links they get. */
import { useQuery } from "@tanstack/react-query";
import { base } from "../../api/client";
import { getAll } from "../../api/queries";
import type { User } from "../../api/types";

export const ROLES = ["researcher", "reader", "admin"] as const;

export const usePeople = () => useQuery({ queryKey: ["users"], queryFn: ({ signal }) => getAll<User>("/api/users", signal) });

/** A login link as an address to send to somebody. */
export const wholeLink = (link: string) => window.location.origin + base + link;
