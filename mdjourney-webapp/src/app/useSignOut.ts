/** Signing out: the sign-in ends, and with it what this browser remembers. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { post } from "../api/client";
import { forgetDrafts } from "../features/documents/draftStore";

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await post("/api/auth/logout").catch(() => undefined);
    forgetDrafts();
    queries.clear();
    await navigate("/login", { replace: true });
  };
}
